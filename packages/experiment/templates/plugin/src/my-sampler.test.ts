import { pointwiseSde, rootKey, type ScoreField } from '@fokker/core';
import { collect, samplerContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { mySampler } from './my-sampler.js';

/** dy = −½ y dt + dW at rest: p_t is N(0, 1) throughout, and its score −y. */
const sde = pointwiseSde({
  id: 'at-rest',
  dim: 1,
  horizon: 2,
  create: () => ({
    noise: 1,
    drift(y, _t, dy) {
      dy[0] = -0.5 * y[0]!;
    },
  }),
}).create({});
const score: ScoreField = {
  provides: new Set(['score'] as const),
  async evaluate(y, _t, { score }) {
    score?.data.set(y.data.map((value) => -value));
  },
};
const n = 4000;
const travelled = async (lambda: number): Promise<Float64Array> => {
  const start = { data: Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1)), n, d: 1 };
  const job = { sde, score, start, from: 2, to: 0.01, steps: 200, times: [], key: rootKey(1) };
  const sampler = mySampler.create(mySampler.options.parse({ lambda }));
  return (await collect(sampler.sample(job))).at(-1)!.y.data;
};

describe('my-sampler', () => {
  test.each(samplerContract(mySampler))('$name', ({ run }) => run());

  test('λ = 0: the flow of a law at rest moves nothing', async () => {
    // 200 steps of a few roundings each
    for (const value of await travelled(0)) expect(Math.abs(Math.abs(value) - 1)).toBeLessThan(1e-12);
  });

  test('λ = 1: the law at rest is kept', async () => {
    // from ±1 the variance stays 1; 4 · √(2/4000) of Monte Carlo, and 1 % of the steps
    const variance = (await travelled(1)).reduce((sum, value) => sum + value * value, 0) / n;
    expect(Math.abs(variance - 1)).toBeLessThan(0.1);
  });
});
