/**
 * Entropy production of a driven particle from a learnt score: npx tsx examples/entropy-production.ts
 *
 * A particle in a harmonic trap with a torque, dY = [[−a, −ω], [ω, −a]] Y dt + √(2Θ) dW, started in its steady state. Its entropy production is 2ω²/a = 8, which the
 * script compares with three estimates: from the learnt score, from the lower bound that needs no score, and integrated along simulated paths.
 * For a process of your own, replace `driven` and the configuration; everything below stays.
 */
import { apiVersion, definePlugin, pointwiseSde } from '@fokker/core';
import { createFokker, textRows } from '@fokker/experiment';

const [a, omega, theta] = [1, 2, 0.5];

const driven = pointwiseSde({
  id: 'driven-trap',
  dim: 2,
  horizon: 1,
  coordinates: ['x', 'y'],
  create: () => ({
    noise: Math.sqrt(2 * theta),
    drift([x = 0, y = 0], _t, dy) {
      dy[0] = -a * x - omega * y;
      dy[1] = omega * x - a * y;
    },
  }),
});

const fokker = createFokker({ plugins: [definePlugin({ name: 'mine', apiVersion, parts: { sde: [driven] } })] });
const run = await fokker.train(
  {
    process: { id: 'driven-trap' },
    data: { id: 'gaussian', covariance: theta / a },
    training: { steps: 1500, optimiser: { learningRate: 3e-3 } },
  },
  { out: process.argv[2] ?? 'runs/driven-trap' },
);

const times = [0.25, 0.5, 0.75];
const rates = await fokker.physics(run, { quantity: 'entropy-production', times, n: 20_000 });
const paths = await fokker.physics(run, { quantity: 'path-entropy', times: [1], n: 2000 });
await fokker.physics(run, { quantity: 'current', times, n: 50_000 });

console.log(`closed form: ${(2 * omega ** 2) / a} per unit time`);
console.table(textRows(rates.rows));
console.table(textRows(paths.rows));
console.log(`pictures: ${run.paths.physics}`);
