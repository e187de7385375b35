import { apiVersion, definePlugin, pointwiseSde } from '@fokker/core';
import { createFokker } from '@fokker/experiment';

const doubleWell = pointwiseSde({
  id: 'double-well',
  dim: 1,
  horizon: 5,
  parameters: { theta: 0.5 },
  create: ({ theta }) => ({
    noise: Math.sqrt(2 * theta),
    drift(y, _t, dy) {
      dy[0] = y[0]! - y[0]! ** 3;
    },
  }),
});

const fokker = createFokker({ plugins: [definePlugin({ name: 'mine', apiVersion, parts: { sde: [doubleWell] } })] });
const run = await fokker.train({ process: { id: 'double-well' }, training: { steps: 300 }, evaluation: { n: 500, floorPairs: 2 } }, { out: '/tmp/rd/run' });
const { samples } = await fokker.evaluate(run);
for (const { method, times } of samples) console.log(method, times);
