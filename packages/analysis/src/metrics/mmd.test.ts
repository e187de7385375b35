import { rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { batch, mapped, normals } from '../testing/samples.js';
import { createMmd, medianDistance, mmd, mmdSquared } from './mmd.js';

const key = rootKey(1);
const pairs = (a: readonly number[], b: readonly number[], k: (x: number, y: number) => number): number => {
  let sum = 0;
  for (const x of a) for (const y of b) sum += k(x, y);
  return sum;
};

describe('mmd', () => {
  test('of a few points is the U-statistic written out', () => {
    const [a, b] = [
      [0, 1, 4],
      [0.5, -2],
    ] as const;
    const k = (x: number, y: number): number =>
      (Math.exp(-((x - y) ** 2) / 2) + Math.exp(-((x - y) ** 2) / (2 * 9))) / 2;
    const expected = (pairs(a, a, k) - 3) / 6 + (pairs(b, b, k) - 2) / 2 - (2 * pairs(a, b, k)) / 6;
    expect(mmdSquared(batch(1, ...a), batch(1, ...b), [1, 3]).value).toBeCloseTo(expected, 14);
  });

  test('of N(0, 1) and N(μ, 1): E k = h/√(h² + 2) e^{−μ²/(2(h² + 2))}, within four standard errors', () => {
    const [h, mu] = [0.8, 0.6];
    const mean = (shift: number): number => (h / Math.sqrt(h * h + 2)) * Math.exp(-(shift ** 2) / (2 * (h * h + 2)));
    const a = normals(rootKey(2), 1500, 1);
    const b = mapped(normals(rootKey(3), 1200, 1), (value) => value + mu);
    const { value, high } = mmdSquared(a, b, [h]);
    expect(Math.abs(value - 2 * (mean(0) - mean(mu)))).toBeLessThan(4 * ((high - value) / 1.96));
  });

  test('its interval covers the truth 19 times in 20', () => {
    const [h, mu] = [1, 0.5];
    const mean = (shift: number): number => (h / Math.sqrt(h * h + 2)) * Math.exp(-(shift ** 2) / (2 * (h * h + 2)));
    const truth = 2 * (mean(0) - mean(mu));
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const a = normals(key.at('a', trial), 120, 1);
      const b = mapped(normals(key.at('b', trial), 120, 1), (value) => value + mu);
      const { low, high } = mmdSquared(a, b, [h]);
      if (low <= truth && truth <= high) covered += 1;
    }
    // 200 trials: standard deviation 3.1 about 190
    expect(covered).toBeGreaterThan(177);
  });

  test('the estimate of the square is unbiased: its mean over equal laws is zero', () => {
    const values = Array.from({ length: 200 }, (_, trial) => {
      const [a, b] = [normals(key.at('c', trial), 60, 2), normals(key.at('d', trial), 60, 2)];
      return mmdSquared(a, b, [1]).value;
    });
    const mean = values.reduce((sum, value) => sum + value, 0) / 200;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 200);
    expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(200));
    expect(values.some((value) => value < 0)).toBe(true);
  });

  test('bandwidths follow the median distance of the reference', () => {
    expect(medianDistance(batch(1, 0, 1, 3))).toBe(2);
    const [a, b] = [normals(rootKey(4), 200, 2), normals(rootKey(5), 200, 2)];
    const metric = createMmd(mmd.options.parse({}));
    const larger = (x: typeof a) => mapped(x, (value) => 10 * value);
    expect(metric.distance(larger(a), larger(b), key)).toBeCloseTo(metric.distance(a, b, key), 12);
    expect(metric.estimate!(a, a, key).value).toBe(0);
  });

  test('refuses one row, or one point', () => {
    const refusal = expect.objectContaining({ code: 'E_SHAPE' });
    expect(() => mmdSquared(batch(1, 1), batch(1, 1, 2), [1])).toThrow(refusal);
    expect(() => createMmd(mmd.options.parse({})).distance(batch(1, 1, 1), batch(1, 1, 1), key)).toThrow(refusal);
  });
});
