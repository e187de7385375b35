/** A process of one's own, written for one sample and trained without the command line:  npx tsx examples/own-sde.ts [training.steps=200 …] */
import { definePlugin, pointwiseSde } from '@fokker/core';
import { createFokker } from '@fokker/experiment';

const vanDerPol = pointwiseSde({
  id: 'van-der-pol',
  dim: 2,
  horizon: 8,
  parameters: { mu: 1, temperature: 0.5 },
  create: ({ mu, temperature }) => ({
    drift([x, v], _t, dy) {
      dy[0] = v!;
      dy[1] = mu * (1 - x! * x!) * v! - x!;
    },
    noise: [[0], [Math.sqrt(2 * temperature)]],
  }),
});

const plugin = definePlugin({ name: 'own', apiVersion: 1, parts: { sde: [vanDerPol] } });
const fokker = createFokker({ plugins: [plugin] });
const experiment = await fokker.openExperiment({ process: { id: 'van-der-pol' } }, { set: process.argv.slice(2) });
const run = await fokker.train(experiment, { out: `runs/own-sde-${Date.now()}` });
const { frames, lost } = await fokker.sample(run, { n: 1000, times: [1, 4] });
console.log(
  run.directory,
  frames.map(({ t, y }) => ({ t, samples: y.n })),
  'lost:',
  lost.count,
);
