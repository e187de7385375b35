import { describe, expect, test } from 'vitest';
import '../testing/vitest.js';
import { createCovarianceRoot, gaussLegendre } from './quadrature.js';

describe('Gauss–Legendre', () => {
  test('K nodes integrate polynomials of degree 2K − 1 on [0, 1]', () => {
    for (const K of [1, 2, 8, 16]) {
      const { nodes, weights } = gaussLegendre(K);
      for (let degree = 0; degree < 2 * K; degree++) {
        const sum = nodes.reduce((total, u, k) => total + weights[k]! * u ** degree, 0);
        expect(sum).toBeAllClose(1 / (degree + 1), { rtol: 1e-14 });
      }
    }
  });
});

describe('root by quadrature', () => {
  test('swimmer-like noise at small lags: relative accuracy of every entry', () => {
    // x' = v: Σ = q [[τ³/3, τ²/2], [τ²/2, τ]], so L = √q [[τ^{3/2}/√3, 0], [√3 τ^{1/2}/2, τ^{1/2}/2]]
    const root = createCovarianceRoot(2, 1);
    for (const tau of [1e-6, 1e-4, 0.5, 20]) {
      const L = new Float64Array(4);
      root(Float64Array.of(0, 1, 0, 0), 0, tau, (_u, G) => G.set([0, 3]), L, 0);
      const expected = [tau ** 1.5 / Math.sqrt(3), 0, (Math.sqrt(3) * Math.sqrt(tau)) / 2, Math.sqrt(tau) / 2];
      expect(L).toBeAllClose(
        expected.map((x) => 3 * x),
        { rtol: 2e-14 },
      );
    }
  });

  test('noise that depends on time: G(u) = e^{cu} g under J = j I, in closed form', () => {
    const root = createCovarianceRoot(2, 2);
    for (const [j, c, tau] of [
      [-1, 3, 0.7],
      [0.5, 8, 0.9],
      [-40, 1, 1],
    ] as const) {
      const L = new Float64Array(4);
      root(
        Float64Array.of(j, 0, 0, j),
        0,
        tau,
        (u, G) => G.set([Math.exp(c * u), 0, 0.6 * Math.exp(c * u), 0.8 * Math.exp(c * u)]),
        L,
        0,
      );
      const deviation = Math.sqrt((Math.exp(2 * c * tau) - Math.exp(2 * j * tau)) / (2 * (c - j)));
      expect(L).toBeAllClose([deviation, 0, 0.6 * deviation, 0.8 * deviation], { rtol: 1e-13 });
    }
  });

  test('lags that would take forever are refused', () => {
    const root = createCovarianceRoot(1, 1);
    const run = (j: number) => root(Float64Array.of(j), 0, 1, (_u, G) => G.set([1]), new Float64Array(1), 0);
    for (const j of [-1e9, Number.NaN]) expect(() => run(j)).toThrow(expect.objectContaining({ code: 'E_COVARIANCE' }));
  });
});
