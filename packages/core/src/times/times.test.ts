import { describe, expect, test } from 'vitest';
import type { Sde } from '../contracts/index.js';
import { linearClock, normalDistribution, scalarNoise } from '../numerics/index.js';
import { clockUniformTimes } from './clock-uniform.js';
import { logNormalTimes } from './log-normal.js';
import { lossHistoryTimes } from './loss-history.js';
import { powerTimes } from './power.js';
import { uniformTimes } from './uniform.js';

const clock = linearClock(0.1, 20, 1);
const base: Sde = {
  dim: 1,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-5, sample: 1e-3 },
  drift(y, _, out) {
    for (let i = 0; i < y.n; i++) out.data[i] = -0.5 * y.data[i]!;
  },
  diffusion: scalarNoise(1, 1),
};
const vp: Sde = { ...base, timeChange: { clock, base } };
const shares = Array.from({ length: 999 }, (_, k) => (k + 1) / 1000);

test('row 14: B⁻¹(B(t)) = t', () => {
  for (let k = 0; k <= 600; k++) {
    const t = 10 ** (-6 + k / 100);
    expect(Math.abs(clock.inverse(clock.B(t)) / t - 1)).toBeLessThan(1e-13);
  }
});

describe('training times', () => {
  test('uniform: from the training cutoff to the horizon', () => {
    const { time } = uniformTimes.create({}, base);
    expect([0, 0.5, 1].map(time)).toEqual([1e-5, 1e-5 + 0.5 * (1 - 1e-5), 1]);
    const late = uniformTimes.create({}, { ...base, span: { t0: 0.5, T: 1.5 } });
    expect(late.time(0)).toBe(0.5);
  });

  test('power: a share u of the times lies below (T − c) u^p', () => {
    const { time } = powerTimes.create({ exponent: 2 }, base);
    expect(shares.map(time)).toEqual(shares.map((u) => 1e-5 + u * u * (1 - 1e-5)));
    expect(powerTimes.create({ exponent: 1 }, base).time(0.3)).toBe(uniformTimes.create({}, base).time(0.3));
    expect(powerTimes.options.safeParse({ exponent: 0.5 }).success).toBe(false);
  });

  test('clock-uniform: uniform in θ = B(t), increasing, in range', () => {
    const { time } = clockUniformTimes.create({}, vp);
    const [from, to] = [clock.B(1e-5), clock.B(1)];
    const times = shares.map(time);
    times.forEach((t, k) => {
      expect(clock.B(t)).toBeCloseTo(from + shares[k]! * (to - from), 12);
      expect(t).toBeGreaterThan(k === 0 ? 1e-5 : times[k - 1]!);
      expect(t).toBeLessThan(1);
    });
    expect(time(0)).toBeGreaterThanOrEqual(1e-5);
    expect(time(1)).toBeLessThanOrEqual(1);
  });

  test('clock-uniform refuses a process without a clock', () => {
    expect(() => clockUniformTimes.create({}, base)).toThrow(expect.objectContaining({ code: 'E_CAPABILITY' }));
  });

  test('log-normal: a share u of the cut normal lies below', () => {
    const { time } = logNormalTimes.create({ mean: -1.5, deviation: 1.2 }, base);
    const times = shares.map(time);
    const at = (t: number) => normalDistribution((Math.log(t) + 1.5) / 1.2);
    const [low, high] = [at(1e-5), at(1)];
    times.forEach((t, k) => {
      expect((at(t) - low) / (high - low)).toBeCloseTo(shares[k]!, 10);
      expect(t).toBeGreaterThan(k === 0 ? 1e-5 : times[k - 1]!);
    });
  });

  test('loss-history: probabilities ∝ √m, mixed with the base; those of the base until all parts are seen', () => {
    const { history, time } = lossHistoryTimes.create(
      { base: 'uniform', bins: 2, every: 10, decay: 0.5, floor: 0.2 },
      base,
    );
    expect(history!.probabilities([9, 1])).toEqual([0.8 * 0.75 + 0.1, 0.8 * 0.25 + 0.1]);
    expect(history!.probabilities([Number.NaN, 1])).toEqual([0.5, 0.5]);
    expect(history!.probabilities([0, 0])).toEqual([0.5, 0.5]);
    expect(time(0.5)).toBe(uniformTimes.create({}, base).time(0.5));
  });
});
