import { erf } from 'mathjs';
import { describe, expect, test } from 'vitest';
import { normalQuantile } from './normal-quantile.js';

/** P(Z > x) for x ≥ 2 by Laplace's continued fraction φ(x)/(x + 1/(x + 2/(x + …))). */
const upperTail = (x: number): number => {
  let fraction = x;
  for (let k = 400; k >= 1; k--) fraction = x + k / fraction;
  return Math.exp(-0.5 * x * x) / (Math.sqrt(2 * Math.PI) * fraction);
};

describe('normalQuantile', () => {
  test('inverts the distribution function in the centre', () => {
    for (let p = 0.02; p < 0.99; p += 0.0173) {
      // erf is good to about 1e-15 absolutely
      expect(Math.abs(0.5 * (1 + erf(normalQuantile(p) / Math.SQRT2)) - p)).toBeLessThan(4e-15);
    }
  });

  test('inverts the tail down to the smallest uniform', () => {
    for (let e = 2; e <= 53; e++) {
      const p = 2 ** -e;
      const x = -normalQuantile(p);
      // x carries a few units of round-off, which the tail magnifies by x²
      if (x >= 2) expect(Math.abs(upperTail(x) / p - 1)).toBeLessThan(1e-15 * (x * x + 10));
    }
  });

  test('is odd about one half', () => {
    expect(normalQuantile(0.5)).toBe(0);
    for (const p of [2 ** -20, 0.0625, 0.25]) expect(normalQuantile(1 - p)).toBe(-normalQuantile(p));
  });
});
