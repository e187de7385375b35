import { rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { normals } from '../testing/samples.js';
import { createMeans } from './means.js';

const filled = (n: number, k: number, split = n) => {
  const { data } = normals(rootKey(1), n, k);
  const means = createMeans(k);
  for (let first = 0; first < n; first += split) {
    const count = Math.min(split, n - first);
    means.add(data.subarray(first * k, (first + count) * k), count);
  }
  return { means, data };
};
const identity = (mean: Float64Array) => [...mean];

describe('means', () => {
  test.each([100, 5000])('of %i rows are the means, with their standard errors', (n) => {
    const { means, data } = filled(n, 2);
    const first = data.filter((_, k) => k % 2 === 0);
    const mean = first.reduce((sum, x) => sum + x, 0) / n;
    const variance = first.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1);
    expect(means.mean()[0]).toBeCloseTo(mean, 13);
    // exact where a group is a row; from 512 groups a standard deviation is known to 1/√1022 = 3 %, four times over
    const tolerance = n <= 512 ? 1e-12 : 0.13;
    expect(Math.abs(means.standardErrors()[0]! / Math.sqrt(variance / n) - 1)).toBeLessThan(tolerance);
  });

  test('do not depend on how the stream is split, to the last bit', () => {
    const [whole, split] = [filled(3000, 3).means, filled(3000, 3, 77).means];
    expect(split.mean()).toEqual(whole.mean());
    expect(split.estimates(identity, rootKey(2))).toEqual(whole.estimates(identity, rootKey(2)));
  });

  test.each([200, 4000])('bootstrap intervals of %i rows cover the truth 19 times in 20', (n) => {
    let covered = 0;
    for (let trial = 0; trial < 100; trial++) {
      const means = createMeans(1);
      means.add(
        normals(rootKey(trial), n, 1).data.map((x) => x * x),
        n,
      );
      const [{ low, high } = { low: 0, high: 0 }] = means.estimates((mean) => [Math.log(mean[0]!)], rootKey(3), 200);
      if (low <= 0 && high >= 0) covered += 1;
    }
    // 100 trials: standard deviation 2.2 about 95
    expect(covered).toBeGreaterThan(85);
  });

  test('refuse what is not finite, naming the row, and a single row', () => {
    const means = createMeans(1, 'the score');
    means.add(Float64Array.of(1), 1);
    expect(() => means.standardErrors()).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
    expect(() => means.add(Float64Array.of(2, Number.NaN), 2)).toThrow(
      expect.objectContaining({ code: 'E_NOT_FINITE', got: 'NaN at row 2' }),
    );
    expect(() => createMeans(1).mean()).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
  });
});
