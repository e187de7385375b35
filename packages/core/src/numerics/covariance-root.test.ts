import { describe, expect, test } from 'vitest';
import '../testing/vitest.js';
import { cholesky } from './cholesky.js';
import { createLinearFlow } from './covariance.js';
import { createRootOf } from './covariance-root.js';

/** Σ of dx = G dW over τ, and its root. */
const rootOf = (g: readonly number[], tau: number): Float64Array => {
  const flow = createLinearFlow(2);
  const [a, b, c, d] = g as [number, number, number, number];
  const Q = Float64Array.of(a * a + b * b, a * c + b * d, a * c + b * d, c * c + d * d);
  const [J, none] = [new Float64Array(4), new Float64Array(2)];
  flow.run(J, 0, Q, 0, none, undefined, 0, tau, none, 0);
  const L = new Float64Array(4);
  createRootOf(2, 2)(flow.covariance, J, 0, tau, (_u, G) => G.set(g), L, 0, 0);
  return L;
};

describe('root of a covariance', () => {
  test('where Cholesky runs out of digits the square-root route has them', () => {
    const [epsilon, tau] = [1e-6, 0.3];
    const Sigma = Float64Array.of(tau, tau, tau, tau * (1 + epsilon ** 2));
    expect(cholesky(2, Sigma, 0, new Float64Array(4), 0)).toBe(1);
    const root = Math.sqrt(tau);
    // G itself is a root: its last pivot is ε √τ, kept to round-off over ε
    expect(rootOf([1, 0, 1, epsilon], tau)).toBeAllClose([root, 0, root, epsilon * root], { rtol: 1e-9 });
  });

  test('a law on a line is refused, and nothing is added to it', () => {
    for (const g of [
      [1, 0, 1, 0],
      [1, 2, 0.3, 0.6],
      [1, 0, 1, 1e-15],
    ]) {
      expect(() => rootOf(g, 0.1)).toThrow(expect.objectContaining({ code: 'E_COVARIANCE' }));
    }
  });

  test('a coordinate without noise is no failure', () => {
    expect([...rootOf([0, 0, 0, 2], 0.25)]).toEqual([0, 0, 0, 1]);
    expect([...rootOf([2, 0, 0, 0], 0.25)]).toEqual([1, 0, 0, 0]);
  });
});
