/** The samplers on Gaussian data with the exact score, against closed forms. */
import { createIntegrator, fillNormal, rootKey, type Sampler, type SamplingJob } from '@fokker/core';
import { collect } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { probabilityFlow, reverseEulerMaruyama, reverseHeun } from './index.js';
import { reverseOptions } from './reverse.js';
import { last } from './testing/last.js';
import { job, linearSde, ouCase, scoreField, vpCase } from './testing/linear-case.js';

const key = rootKey(11).at('sampling');
const uniform = reverseOptions.parse({ grid: 'uniform' });
const clock = reverseOptions.parse({});
const column = (...values: number[]) => ({ data: Float64Array.from(values), n: values.length, d: 1 });

/** Variance at `to` from variance v0 at `from`, exactly: a step of a linear case is y⁺ = a y + b ξ, with a and b read off two paths. */
async function producedVariance(sampler: Sampler, request: SamplingJob, v0: number): Promise<number> {
  const { from, to, steps } = request;
  const times = Array.from({ length: steps }, (_, k) => from + ((to - from) * k) / steps);
  const path = async (y: number) => {
    const frames = await collect(sampler.sample({ ...request, times, start: column(y) }));
    return frames.map((frame) => frame.y.data[0]!);
  };
  const [one, zero] = [await path(1), await path(0)];
  const xi = new Float64Array(1);
  let variance = v0;
  for (let k = 0; k < steps; k++) {
    const a = (one[k + 1]! - zero[k + 1]!) / (one[k]! - zero[k]!);
    fillNormal(request.key.at('step', k), 0, 1, 1, xi);
    const b = (zero[k + 1]! - a * zero[k]!) / xi[0]!;
    variance = a * a * variance + b * b;
  }
  return variance;
}

function sampleVariance({ data }: { data: Float64Array }): number {
  return data.reduce((sum, value) => sum + value * value, 0) / data.length;
}

function normalColumn(n: number, variance: number) {
  const start = column(...new Float64Array(n));
  fillNormal(rootKey(5), 0, n, 1, start.data);
  for (let i = 0; i < n; i++) start.data[i]! *= Math.sqrt(variance);
  return start;
}

describe('row 42: Euler–Maruyama on a stationary OU process, h = 0.1', () => {
  const { sde } = ouCase();
  const stationary = 0.5 / (1 - 0.05);
  const { advance } = createIntegrator(sde, { scheme: 'euler-maruyama', step: 0.1 });
  const times = (n: number, t: number) => new Float64Array(n).fill(t);

  test('row 42: forward, by the factors of one step', () => {
    const step = (y: number) => {
      const state = column(y);
      advance(state, times(1, 0), times(1, 0.1), key, 0);
      return state.data[0]!;
    };
    const xi = new Float64Array(1);
    fillNormal(key, 0, 1, 1, xi);
    const a = step(1) - step(0);
    const b = step(0) / xi[0]!;
    expect((b * b) / (1 - a * a)).toBeCloseTo(stationary, 12);
    expect(stationary).toBeCloseTo(0.5263158, 7);
  });

  test('row 42: forward, 100,000 simulated paths', () => {
    const state = normalColumn(100_000, 0.5);
    advance(state, times(state.n, 0), times(state.n, 4), key, 0);
    // Four standard errors of a variance, √(2/n); e^{−8} of the start's excess is left.
    expect(Math.abs(sampleVariance(state) / stationary - 1)).toBeLessThan(4 * Math.sqrt(2e-5));
  });
});

describe('reverse-euler-maruyama', () => {
  const vp = vpCase(0.25);
  const sampler = reverseEulerMaruyama.create(uniform);

  test.each([
    [100, 0.2539042],
    [1000, 0.2504425],
    [2000, 0.2502619],
  ])('row 38: variance after %i steps on VP, by recursion', async (steps, expected) => {
    const ask = job(vp, key, { from: 1, to: 1e-3, steps });
    expect(Math.abs((await producedVariance(sampler, ask, 1)) - expected)).toBeLessThan(1e-6);
  });

  test('row 38: variance of 40,000 sampled paths', async () => {
    const ask = job(vp, key, { from: 1, to: 1e-3, steps: 100, start: normalColumn(40_000, 1) });
    // The table's 3 %: a little over four standard errors of a variance, √(2/n).
    expect(Math.abs(sampleVariance((await last(sampler.sample(ask))).y) / 0.2539042 - 1)).toBeLessThan(0.03);
  });

  test('row 42: the same variance in reverse, since a stationary OU process is its own reversal', async () => {
    const ask = job(ouCase(), key, { steps: 100 });
    // Of the start's excess (1 − h)^200 is left, 7e-10 of 0.026; the rest is the rounding of a and b.
    expect(await producedVariance(sampler, ask, 0.5)).toBeCloseTo(0.5 / (1 - 0.05), 9);
    expect(0.5 / (1 - 0.05)).toBeCloseTo(0.5263158, 7);
  });
});

describe('reverse-heun', () => {
  test('the stationary variance of an OU process in reverse, h = 0.1', async () => {
    const ask = job(ouCase(), key, { steps: 100 });
    // y⁺ = (1 − h + h²/2) y + (1 − h/2) √h ξ
    const expected = (0.95 ** 2 * 0.1) / (1 - 0.905 ** 2);
    expect(await producedVariance(reverseHeun.create(uniform), ask, 0.5)).toBeCloseTo(expected, 9);
  });

  test('has a variance of order 2 on VP, in the clock', async () => {
    const vp = vpCase(0.25);
    const sampler = reverseHeun.create(uniform);
    const errorOf = async (steps: number) => {
      const ask = job({ sde: vp.plain, score: vp.score }, key, { from: 0.8, to: 0.2, steps });
      return (await producedVariance(sampler, ask, vp.law.variance(0.8))) - vp.law.variance(0.2);
    };
    const order = Math.log2(Math.abs((await errorOf(100)) / (await errorOf(200))));
    // The next order contributes a few per cent at these steps.
    expect(Math.abs(order - 2)).toBeLessThan(0.1);
  });
});

describe('probability-flow', () => {
  test('row 37: Gaussian data are scaled by √(v_ε/v_T)', async () => {
    const vp = vpCase(0.25);
    const v = vp.law.variance;
    const start = column(-1, 0.3, 2);
    const sampler = probabilityFlow.create(clock);
    const { y } = await last(sampler.sample(job(vp, key, { from: 1, to: 1e-3, steps: 40_000, start })));
    const scale = Math.sqrt(v(1e-3) / v(1));
    y.data.forEach((value, i) => {
      expect(Math.abs(value - scale * start.data[i]!)).toBeLessThan(1e-6);
    });
  });

  test('forward undoes backward', async () => {
    const vp = vpCase(0.25);
    const start = column(-1, 0.3, 2);
    const sampler = probabilityFlow.create(clock);
    const ask = { steps: 16_000, start };
    const down = await last(sampler.sample(job(vp, key, { ...ask, from: 1, to: 0.01 })));
    const up = await last(sampler.sample(job(vp, key, { ...ask, from: 0.01, to: 1, start: down.y })));
    up.y.data.forEach((value, i) => {
      expect(Math.abs(value - start.data[i]!)).toBeLessThan(1e-6);
    });
  });

  test('has order 2', async () => {
    const vp = vpCase(0.25);
    const exact = Math.sqrt(vp.law.variance(0.2) / vp.law.variance(0.8));
    const errorOf = async (steps: number) => {
      const ask = job({ sde: vp.plain, score: vp.score }, key, { from: 0.8, to: 0.2, steps });
      return (await last(probabilityFlow.create(uniform).sample(ask))).y.data[0]! - exact;
    };
    const order = Math.log2(Math.abs((await errorOf(100)) / (await errorOf(200))));
    // The next order contributes a few per cent at these steps.
    expect(Math.abs(order - 2)).toBeLessThan(0.1);
  });

  test('clustering follows a stiff start with few steps', async () => {
    // dy = −a(t) y dt + dW with a = 200/(1 + 40 t²): equal steps of 0.1 at rate 200 explode, 20 of them spread as t⁴ do not.
    const rate = (t: number) => 200 / (1 + 40 * t * t);
    const parts = { sde: linearSde(1, 4, { rate, noise: () => 1 }), score: scoreField(() => 0) };
    const ask = job(parts, key, { from: 0, to: 4, steps: 40 });
    const plain = await last(probabilityFlow.create(uniform).sample(ask));
    const clustered = await last(probabilityFlow.create(reverseOptions.parse({ clustering: 3 })).sample(ask));
    expect(Math.abs(plain.y.data[0]!)).toBeGreaterThan(1);
    expect(Math.abs(clustered.y.data[0]!)).toBeLessThan(1);
  });
});
