import { rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { batch, erf, mapped, normalQuantiles, normals } from '../testing/samples.js';
import { createKolmogorovSmirnov, kolmogorovDistance, kolmogorovSmirnovDistances } from './kolmogorov-smirnov.js';

describe('kolmogorov-smirnov', () => {
  test('of small samples, with ties and unequal sizes', () => {
    expect(kolmogorovDistance(Float64Array.of(0, 1, 1, 2), Float64Array.of(1, 3))).toBeCloseTo(0.5, 15);
    expect(kolmogorovDistance(Float64Array.of(0, 1), Float64Array.of(2, 3))).toBe(1);
    expect(kolmogorovDistance(Float64Array.of(1, 2), Float64Array.of(1, 2))).toBe(0);
  });
  test('of N(0, 1) and N(μ, 1) is 2Φ(μ/2) − 1 = erf(μ/√8)', () => {
    const mu = 0.7;
    const a = normalQuantiles(2000);
    // midpoint quantiles represent a distribution function to 1/(2n), each of the two
    expect(
      kolmogorovSmirnovDistances(
        a,
        mapped(a, (x) => x + mu),
      ).value,
    ).toBeCloseTo(erf(mu / Math.sqrt(8)), 3);
  });
  test('takes the largest over coordinates and names them all', () => {
    const a = normals(rootKey(1), 400, 2);
    const { value, low, high, parts } = kolmogorovSmirnovDistances(
      a,
      mapped(a, (x, j) => x + 2 * j),
    );
    expect(parts![0]).toBe(0);
    expect(value).toBe(parts![1]);
    expect(low < value && value < high).toBe(true);
  });
  test('its interval holds the truth at least 19 times in 20', () => {
    const truth = erf(0.5 / Math.sqrt(8));
    let held = 0;
    for (let trial = 0; trial < 100; trial++) {
      const a = normals(rootKey(trial).at('a'), 100, 1);
      const b = mapped(normals(rootKey(trial).at('b'), 100, 1), (x) => x + 0.5);
      const { low, high } = kolmogorovSmirnovDistances(a, b);
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(95);
  });
  test('refuses samples of different spaces', () => {
    expect(() => createKolmogorovSmirnov().distance(batch(2, 1, 2), batch(1, 1), rootKey(0))).toThrow(
      expect.objectContaining({ code: 'E_SHAPE' }),
    );
  });
});
