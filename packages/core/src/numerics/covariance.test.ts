import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import '../testing/vitest.js';
import { stationaryCovariance } from '../testing/lyapunov.js';
import { vanLoan } from '../testing/van-loan.js';
import { createLinearFlow } from './covariance.js';
import { createExpm } from './expm.js';
import { createCovarianceRoot } from './quadrature.js';
import { fillNormal, rootKey } from './random.js';

/** OU-A of MATH §2.4. */
const A = Float64Array.of(-1, 0.8, -0.8, -0.5);
const G = Float64Array.of(1, 0, 0.3, 0.7);
const square = (d: number, m: number, g: Float64Array): Float64Array =>
  Float64Array.from({ length: d * d }, (_, k) => {
    let sum = 0;
    for (let j = 0; j < m; j++) sum += g[Math.floor(k / d) * m + j]! * g[(k % d) * m + j]!;
    return sum;
  });
const Q = square(2, 2, G);

const flow = (d: number, J: Float64Array, q: Float64Array, tau: number, f = new Float64Array(d), a?: Float64Array) => {
  const engine = createLinearFlow(d);
  const shift = new Float64Array(d);
  engine.run(J, 0, q, 0, f, a, 0, tau, shift, 0, true);
  return { shift, covariance: engine.covariance, exponential: engine.exponential };
};
const product = (d: number, X: Float64Array, Y: Float64Array, transposed = false): Float64Array =>
  Float64Array.from({ length: d * d }, (_, k) => {
    let sum = 0;
    for (let c = 0; c < d; c++)
      sum += X[Math.floor(k / d) * d + c]! * Y[transposed ? (k % d) * d + c : c * d + (k % d)]!;
    return sum;
  });

describe('covariance of a linear process', () => {
  test('row 1: OU-A at τ = ½, by both routes', () => {
    const E = [0.554410839246, 0.268348141566, -0.268348141566, 0.722128427725];
    const Sigma = [0.344116573928, 0.079147386315, 0.079147386315, 0.195170259391];
    for (const route of [flow(2, A, Q, 0.5), vanLoan(2, A, Q, 0.5)]) {
      expect(route.exponential).toBeAllClose(E, { atol: 1e-10 });
      expect(route.covariance).toBeAllClose(Sigma, { atol: 1e-10 });
    }
  });

  test('row 2: series and doubling equal Van Loan on OU-A', () => {
    for (const tau of [1e-3, 0.1, 1]) {
      expect(flow(2, A, Q, tau).covariance).toBeAllClose(vanLoan(2, A, Q, tau).covariance, { rtol: 1e-12 });
    }
  });

  test('a chain and a ring of 12, whose rows are short, equal Van Loan, and so they do in another order, where rows are long', () => {
    const d = 12;
    const order = Array.from({ length: d }, (_, i) => (5 * i) % d);
    for (const closed of [0, 2]) {
      const linked = (i: number, j: number): number => {
        const apart = Math.abs(i - j);
        return apart === 0 ? Math.sin(i) - 4 : apart === 1 ? 2 : apart === d - 1 ? closed : 0;
      };
      const matrix = (entry: (i: number, j: number) => number, places: readonly number[]): Float64Array =>
        Float64Array.from({ length: d * d }, (_, k) => entry(places[Math.floor(k / d)]!, places[k % d]!));
      const q = (i: number, j: number): number => (i === j ? 1 + 0.1 * i : 0);
      for (const places of [order.toSorted((a, b) => a - b), order]) {
        const [J, noise] = [matrix(linked, places), matrix(q, places)];
        const [ours, other] = [flow(d, J, noise, 0.4), vanLoan(d, J, noise, 0.4)];
        expect(ours.covariance).toBeAllClose(other.covariance, { rtol: 1e-12, atol: 1e-15 });
        expect(ours.exponential).toBeAllClose(other.exponential, { rtol: 1e-12, atol: 1e-15 });
      }
    }
  });

  test('row 3: a stable 4×4 with rank-2 noise at τ = 20 equals Σ_∞ − E Σ_∞ Eᵀ', () => {
    const d = 4;
    const J = new Float64Array(16);
    fillNormal(rootKey(3).at('stable'), 0, 4, 4, J);
    for (let i = 0; i < d; i++) J[i * d + i]! -= 3;
    const g = new Float64Array(8);
    fillNormal(rootKey(3).at('noise'), 0, 4, 2, g);
    const q = square(d, 2, g);
    const { covariance, exponential } = flow(d, J, q, 20);
    const infinite = stationaryCovariance(d, J, q);
    const rest = product(d, product(d, exponential, infinite), exponential, true);
    expect(covariance).toBeAllClose(
      infinite.map((value, k) => value - rest[k]!),
      { rtol: 1e-10 },
    );
  });

  test('row 4: semigroup Σ(τ₁ + τ₂) = Σ(τ₂) + E(τ₂) Σ(τ₁) E(τ₂)ᵀ', () => {
    const entry = fc.integer({ min: -200, max: 200 }).map((k) => k / 100);
    const lag = fc.double({ min: 1e-4, max: 2, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 9, maxLength: 9 }),
        fc.array(entry, { minLength: 3, maxLength: 3 }),
        lag,
        lag,
        (j, g, tau1, tau2) => {
          const J = Float64Array.from(j);
          const q = square(3, 1, Float64Array.from(g));
          const [whole, one, two] = [flow(3, J, q, tau1 + tau2), flow(3, J, q, tau1), flow(3, J, q, tau2)];
          const carried = product(3, product(3, two.exponential, one.covariance), two.exponential, true);
          // relative to the largest entry: the small ones of an arbitrary matrix are differences
          const size = Math.max(...whole.covariance.map(Math.abs), ...carried.map(Math.abs));
          expect(whole.covariance).toBeAllClose(
            carried.map((value, k) => value + two.covariance[k]!),
            { atol: 1e-12 * size },
          );
          expect(whole.exponential).toBeAllClose(product(3, two.exponential, one.exponential), {
            atol: 1e-12 * Math.max(...two.exponential.map(Math.abs)) * Math.max(...one.exponential.map(Math.abs)),
          });
        },
      ),
      { numRuns: 100, seed: 4 },
    );
    // OU-A, entry by entry
    const [whole, one, two] = [flow(2, A, Q, 0.8), flow(2, A, Q, 0.5), flow(2, A, Q, 0.3)];
    const carried = product(2, product(2, two.exponential, one.covariance), two.exponential, true);
    expect(whole.covariance).toBeAllClose(
      carried.map((value, k) => value + two.covariance[k]!),
      { rtol: 1e-12 },
    );
  });

  test('row 6: without a Jacobian m − y = τ f + ½ τ² a and Σ = Q τ', () => {
    const [f, a, tau] = [Float64Array.of(0.7, -1.3), Float64Array.of(2, 0.1), 0.37];
    const { shift, covariance } = flow(2, new Float64Array(4), Q, tau, f, a);
    expect(shift).toBeAllClose(
      [0, 1].map((i) => tau * f[i]! + 0.5 * tau * tau * a[i]!),
      { rtol: 1e-15 },
    );
    expect(covariance).toBeAllClose(
      Q.map((q) => q * tau),
      { rtol: 1e-15 },
    );
  });

  test('the shift equals the augmented exponential’s last column', () => {
    const expm = createExpm(4);
    for (const tau of [1e-3, 0.2, 1, 6]) {
      const [f, a] = [Float64Array.of(0.7, -1.3), Float64Array.of(2, 0.1)];
      const M = Float64Array.of(-1, 0.8, 2, 0.7, -0.8, -0.5, 0.1, -1.3, 0, 0, 0, 1, 0, 0, 0, 0);
      const E = new Float64Array(16);
      expm(M, 0, tau, E, 0);
      const size = Math.max(Math.abs(E[3]!), Math.abs(E[7]!));
      expect(flow(2, A, Q, tau, f, a).shift).toBeAllClose([E[3]!, E[7]!], { atol: 1e-14 * (1 + tau) * size });
    }
  });

  test('small entries of a chain of integrators keep relative accuracy, and zeros stay zero', () => {
    // x₀' = x₁, x₁' = x₂, x₂' = noise; a fourth coordinate stands apart. Σ_ij = τ^{5−i−j} / ((2−i)! (2−j)! (5−i−j))
    const J = Float64Array.of(0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, -1);
    const q = new Float64Array(16);
    q[10] = 1;
    for (const tau of [1e-5, 1e-2, 1, 30]) {
      const { covariance } = flow(4, J, q, tau);
      const expected = [
        [2, 2, 5],
        [2, 1, 4],
        [1, 1, 3],
        [1, 0, 2],
        [0, 0, 1],
      ].map(([a, b, power]) => tau ** power! / ([1, 1, 2][a!]! * [1, 1, 2][b!]! * power!));
      const got = [
        [0, 0],
        [0, 1],
        [1, 1],
        [1, 2],
        [2, 2],
      ].map(([i, j]) => covariance[i! * 4 + j!]!);
      expect(got).toBeAllClose(expected, { rtol: 1e-14 });
      expect([3, 7, 11, 12, 13, 14, 15].every((k) => covariance[k] === 0)).toBe(true);
    }
  });

  test('square-root quadrature gives the same covariance', () => {
    const root = createCovarianceRoot(2, 2);
    for (const tau of [1e-4, 0.1, 1, 7]) {
      const L = new Float64Array(4);
      root(A, 0, tau, (_u, out) => out.set(G), L, 0);
      expect(product(2, L, L, true)).toBeAllClose(flow(2, A, Q, tau).covariance, { rtol: 1e-13 });
    }
  });

  test('results do not depend on what the workspace computed before', () => {
    const engine = createLinearFlow(2);
    const [shift, f] = [new Float64Array(2), Float64Array.of(1, 2)];
    engine.run(A, 0, Q, 0, f, f, 0, 40, shift, 0);
    engine.run(A, 0, Q, 0, f, undefined, 0, 0.3, shift, 0);
    const fresh = flow(2, A, Q, 0.3, f);
    expect(shift).toEqual(fresh.shift);
    expect(engine.covariance).toEqual(fresh.covariance);
  });

  test('a Jacobian that is not finite is refused', () => {
    expect(() => flow(2, Float64Array.of(Number.NaN, 0, 0, 0), Q, 1)).toThrow(
      expect.objectContaining({ code: 'E_NOT_FINITE' }),
    );
    expect(() => flow(2, Float64Array.of(0, Number.POSITIVE_INFINITY, 0, 0), Q, 1)).toThrow(
      expect.objectContaining({ code: 'E_NOT_FINITE' }),
    );
    expect(() => vanLoan(2, A, Q, 20)).toThrow(expect.objectContaining({ code: 'E_PARAMETERS' }));
  });
});
