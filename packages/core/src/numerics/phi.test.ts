import { describe, expect, test } from 'vitest';
import '../testing/vitest.js';
import { createExpm } from './expm.js';
import { phi1, phi2 } from './phi.js';

/** Σ zⁿ/(n + k)!, all terms positive for z > 0. */
const series = (z: number, k: number): number => {
  let factorial = 1;
  for (let n = 2; n <= k; n++) factorial *= n;
  let term = 1 / factorial;
  let sum = term;
  for (let n = 1; n < 200; n++) {
    term *= z / (n + k);
    sum += term;
  }
  return sum;
};

describe('φ₁ and φ₂', () => {
  test('equal their series for positive arguments', () => {
    for (const z of [1e-300, 1e-12, 1e-8, 1e-4, 0.01, 0.5, 0.999, 1.001, 3, 20]) {
      expect(phi1(z)).toBeAllClose(series(z, 1), { rtol: 4e-16 * (1 + z) });
      expect(phi2(z)).toBeAllClose(series(z, 2), { rtol: 1e-15 * (1 + z) });
    }
    expect([phi1(0), phi2(0)]).toEqual([1, 0.5]);
  });

  test('reflect: φ₁(−z) = e^{−z} φ₁(z), φ₂(−z) = e^{−z} (φ₁(z) − φ₂(z))', () => {
    for (const z of [1e-10, 1e-3, 0.3, 0.99, 1.01, 5, 30]) {
      expect(phi1(-z)).toBeAllClose(Math.exp(-z) * phi1(z), { rtol: 1e-14 });
      expect(phi2(-z)).toBeAllClose(Math.exp(-z) * (phi1(z) - phi2(z)), { rtol: 1e-13 });
    }
  });

  test('row 5: the augmented exponential’s last column is τ φ₁ f + τ² φ₂ a', () => {
    const expm = createExpm(3);
    for (const [j, tau, f, a] of [
      [-1.3, 0.4, 0.7, -0.2],
      [2, 0.05, -1, 3],
      [-30, 0.7, 1, 1],
      [0, 0.5, 2, 1],
      [1e-9, 1, 1, 1],
    ] as const) {
      const E = new Float64Array(9);
      expm(Float64Array.of(j, a, f, 0, 0, 1, 0, 0, 0), 0, tau, E, 0);
      const z = j * tau;
      expect(E[2]).toBeAllClose(tau * phi1(z) * f + tau * tau * phi2(z) * a, { atol: 1e-13 });
      expect(E[0]).toBeAllClose(Math.exp(z), { atol: 1e-13 });
    }
  });
});
