/** Every sampler on Gaussian data with the exact score: the variance of 100,000 paths against the sampler's own recursion, carried by hand. */
import { fillNormal, rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { coordinateOf, timeGrid } from './grid.js';
import {
  ancestral,
  predictorCorrector,
  probabilityFlow,
  probabilityFlowAdaptive,
  reverseDiffusion,
  reverseEulerMaruyama,
  reverseHeun,
  reverseLocalLinear,
  reverseMilstein,
  reverseSra1,
} from './index.js';
import { last } from './testing/last.js';
import { job, vpTransition } from './testing/linear-case.js';
import * as steps from './testing/recursions.js';

const { sde, law, score } = vpTransition;
const n = 100_000;
const from = 0.7;
const to = 0.1;
const key = rootKey(4).at('moments');

const start = { data: new Float64Array(n), n, d: 1 };
fillNormal(rootKey(3), 0, n, 1, start.data);
for (let i = 0; i < n; i++) start.data[i]! *= Math.sqrt(law.variance(from));

const [mean, square] = [1, 2].map((power) => (y: Float64Array) => y.reduce((sum, x) => sum + x ** power, 0) / n) as [
  (y: Float64Array) => number,
  (y: Float64Array) => number,
];

describe.each([
  ['reverse-euler-maruyama', steps.samplerOf(reverseEulerMaruyama), steps.eulerMaruyamaStep],
  ['reverse-milstein', steps.samplerOf(reverseMilstein), steps.eulerMaruyamaStep],
  ['reverse-heun', steps.samplerOf(reverseHeun), steps.heunStep(1)],
  ['reverse-sra1', steps.samplerOf(reverseSra1), steps.sra1Step],
  ['reverse-local-linear', steps.samplerOf(reverseLocalLinear), steps.localLinearStep],
  ['reverse-diffusion', steps.samplerOf(reverseDiffusion), steps.reverseDiffusionStep],
  ['ancestral, posterior', steps.samplerOf(ancestral), steps.ancestralStep('posterior')],
  ['ancestral, transition', steps.samplerOf(ancestral, { variance: 'transition' }), steps.ancestralStep('transition')],
  ['predictor-corrector', steps.samplerOf(predictorCorrector, { epsilon: 0.02 }), steps.correctedStep(0.02)],
  ['probability-flow', steps.samplerOf(probabilityFlow), steps.heunStep(0.5)],
] as const)('%s', (_, sampler, recursion) => {
  test('has the moments of its recursion', async () => {
    const ask = job({ sde, score }, key, { start, from, to, steps: 12 });
    const grid = timeGrid(ask, coordinateOf(ask, { grid: 'auto' })).t;
    // The start as it was drawn: its own mean and variance are carried, not those of the law.
    const v0 = square(start.data);
    const expected = steps.carriedVariance(recursion, law, [...grid], v0);
    const { y } = await last(sampler.sample(ask));
    // Four standard errors of the mean and the mean square of n normals.
    expect(Math.abs(mean(y.data))).toBeLessThan(4 * Math.sqrt(expected / n));
    expect(Math.abs(square(y.data) / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  });
});

test('a last step without noise has the variance of its drift alone', async () => {
  const ask = job({ sde, score }, key, { start, from, to, steps: 12 });
  const grid = [...timeGrid(ask, coordinateOf(ask, { grid: 'auto' })).t];
  const before = steps.carriedVariance(steps.eulerMaruyamaStep, law, grid.slice(0, -1), square(start.data));
  const { a } = steps.eulerMaruyamaStep(law, grid[11]!, grid[12]!);
  const { y } = await last(steps.samplerOf(reverseEulerMaruyama, { denoise: true }).sample(ask));
  expect(Math.abs(square(y.data) / (a * a * before) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
});

test('the adaptive flow scales Gaussian data to its tolerance, at frames between its steps too', async () => {
  const ten = { data: start.data.slice(0, 10), n: 10, d: 1 };
  const sampler = steps.samplerOf(probabilityFlowAdaptive, { rtol: 1e-9, atol: 1e-9 });
  for (const [a, b] of [
    [1, 1e-3],
    [1e-3, 1],
  ] as const) {
    const ask = job({ sde, score }, key, { start: ten, from: a, to: b, times: [0.9, 0.5, 0.123] });
    for await (const { t, y } of sampler.sample(ask)) {
      const scale = Math.sqrt(law.variance(t) / law.variance(a));
      // A few hundred steps at 1e-9 each.
      y.data.forEach((value, i) => {
        expect(Math.abs(value - scale * ten.data[i]!)).toBeLessThan(1e-7);
      });
    }
  }
});

test('an error grid needs fewer steps than a uniform one', async () => {
  const ten = { data: start.data.slice(0, 500), n: 500, d: 1 };
  const plain = { ...sde, timeChange: undefined as never };
  delete (plain as { timeChange?: unknown }).timeChange;
  const errorOf = async (grid: string) => {
    const ask = job({ sde: plain, score }, key, { start: ten, from: 1, to: 1e-3, steps: 40 });
    const { y } = await last(steps.samplerOf(probabilityFlow, { grid }).sample(ask));
    return Math.abs(y.data[0]! / ten.data[0]! - Math.sqrt(law.variance(1e-3) / law.variance(1)));
  };
  expect(await errorOf('error')).toBeLessThan(0.5 * (await errorOf('uniform')));
});
