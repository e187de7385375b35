/** A process of one's own, written for one sample and trained without the command line:  npx tsx examples/own-sde.ts [training.steps=200 …] */
import { definePlugin, pointwiseSde } from '@fokker/core';
import { createFokker } from '@fokker/experiment';

const doubleWell = pointwiseSde({
  id: 'underdamped-double-well',
  dim: 2,
  coordinates: ['x', 'v'],
  horizon: 6,
  parameters: { friction: 1, temperature: 0.5 },
  create: ({ friction, temperature }) => ({
    drift([x, v], _t, dy) {
      dy[0] = v!;
      dy[1] = x! - x! ** 3 - friction * v!;
    },
    noise: [[0], [Math.sqrt(2 * friction * temperature)]],
  }),
});

const fokker = createFokker({ plugins: [definePlugin({ name: 'own', apiVersion: 1, parts: { sde: [doubleWell] } })] });
const experiment = await fokker.openExperiment({ process: { id: doubleWell.id } }, { set: process.argv.slice(2) });
const run = await fokker.train(experiment, { out: `runs/own-sde-${Date.now()}` });
const { frames, lost } = await fokker.sample(run, { n: 1000, times: [1, 3], out: `${run.directory}/samples.npy` });
console.log(`${run.directory}: samples at t = ${frames.map(({ t }) => t)}, ${lost.count} of ${lost.of} paths lost`);
