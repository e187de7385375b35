import { normalQuantile } from '@fokker/core';
import { assertAllClose } from '@fokker/core/testing';
import { describe, test } from 'vitest';
import { gibbsLine } from './gibbs-line.js';

const levels = [1e-9, 1e-3, 0.2, 0.5, 0.77, 0.999, 1 - 1e-9];

describe('Gibbs law on a line', () => {
  test.each([
    [0.3, 0, 1],
    [1e4, 0, 1],
    [2e-5, 1e-3, -7],
  ])('a parabola of curvature %d is the normal law', (curvature, tilt, shift) => {
    // V = ½k (x − m)² + const
    const m = tilt / curvature;
    const { logDensity, score, quantile } = gibbsLine([shift, -tilt, 0.5 * curvature]);
    const deviation = 1 / Math.sqrt(curvature);
    for (const u of levels) {
      const x = m + deviation * normalQuantile(u);
      // 1e-8 by interpolation; in the upper tail 1 − u has an ulp of 1e-16 in 1e-9, 2e-8 of a deviation, and F as many again
      assertAllClose('quantile', (quantile(u) - m) / deviation, normalQuantile(u), { atol: 2e-7 });
      const exact = -0.5 * normalQuantile(u) ** 2 - Math.log(deviation * Math.sqrt(2 * Math.PI));
      assertAllClose('log density', logDensity(x), exact, { atol: 1e-9 });
      assertAllClose('score', score(x) * deviation, -normalQuantile(u), { atol: 1e-8 });
    }
  });

  test('two wells of unequal depth: F(F⁻¹(u)) = u by another quadrature', () => {
    const { logDensity, quantile } = gibbsLine([0, 0.3, -2, 0, 1]);
    for (const u of levels) {
      const end = quantile(u);
      const [from, n] = [-5, 20_000];
      const h = (end - from) / n;
      let sum = 0.5 * Math.exp(logDensity(end)); // trapezoid; the density vanishes at −5
      for (let k = 1; k < n; k++) sum += Math.exp(logDensity(from + k * h));
      // h² p′/12 = 5e-9
      assertAllClose('F', sum * h, u, { atol: 2e-8 });
    }
  });
});
