/** Row 17 and its kin: every structure against the dense path, over random instances. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ActionForm, type GaussianKernel, type JacobianField, type Sde, zeros } from '../contracts/index.js';
import { kroneckerJacobian } from '../numerics/jacobian.js';
import { diagonalNoise, kroneckerNoise, scalarNoise } from '../numerics/noise.js';
import { fillNormal, rootKey } from '../numerics/random.js';
import { rootSpread } from '../structures/operators.js';
import { rootOperators } from '../structures/table.js';
import { kernelCovariance } from '../testing/kernel-covariance.js';
import '../testing/vitest.js';
import { inFull, smallLagProcesses, statesOf, structuredProcesses } from '../testing/structured-instances.js';
import { drawFromKernel, kernelTarget } from './kernel.js';
import { createLineariser } from './lineariser.js';

const n = 3;
const d = 6;
const s = Float64Array.of(0.1, 0.4, 1);
const key = rootKey(17);

const kernelOf = (sde: Sde, seed: number, lag: number, ito = false): GaussianKernel =>
  createLineariser(sde, { ito }).kernel(
    statesOf(key.at('y', seed), n, d),
    s,
    s.map((start) => start + lag),
  );

/** Σ of every row, [n, d, d]. */
const covariances = (kernel: GaussianKernel): Float64Array =>
  Float64Array.from(Array.from({ length: n }, (_, i) => [...kernelCovariance(kernel, i)]).flat());
const largest = (values: Float64Array): number => values.reduce((max, x) => Math.max(max, Math.abs(x)), 0);

/** float64 round-off of a few hundred operations on entries of one size */
const roundOff = (expected: Float64Array) => ({ atol: 1e-12 * Math.max(1, largest(expected)) });

const names = Object.keys(structuredProcesses(key, 1));

describe.each(names)('row 17: %s', (name) => {
  const instance = (seed: number, size: number): Sde => structuredProcesses(key.at(seed), size)[name]!;

  test('mean, covariance, determinant and variances equal those of the dense path', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.constantFrom(0.3, 1, 3), fc.constantFrom(0.05, 0.4), (seed, size, lag) => {
        const [own, full] = [
          kernelOf(instance(seed, size), seed, lag),
          kernelOf(inFull(instance(seed, size)), seed, lag),
        ];
        expect(full.structure).toBe('dense');
        expect(own.mean.data).toBeAllClose(full.mean.data, roundOff(full.mean.data));
        const expected = covariances(full);
        expect(covariances(own)).toBeAllClose(expected, roundOff(expected));
        const [a, b] = [rootOperators(own, d), rootOperators(full, d)];
        for (let i = 0; i < n; i++) {
          const mine = a.logDeterminant(own.root, i * a.length);
          expect(mine).toBeAllClose(b.logDeterminant(full.root, i * b.length), { atol: 1e-9 }); // of roots as small as 1e-3
        }
      }),
      { numRuns: 8, seed: 1 },
    );
  });

  test('Lᵀ g = −z for the target, L⁻¹ L = 1, and a draw moves by L z', () => {
    const kernel = kernelOf(instance(5, 1), 5, 0.2);
    const L = rootOperators(kernel, d);
    const z = new Float64Array(n * d);
    fillNormal(key.at('z'), 0, n, d, z);
    const [y, g] = [zeros(n, d), zeros(n, d)];
    drawFromKernel(kernel, z, -1, y);
    kernelTarget(kernel, z, -1, g);
    const full = new Float64Array(d * d);
    for (let i = 0; i < n; i++) {
      rootSpread(L, d)(kernel.root, i * L.length, full, 0);
      const back = new Float64Array(d);
      const moved = new Float64Array(d);
      for (let a = 0; a < d; a++) {
        for (let b = 0; b < d; b++) {
          back[a]! += full[b * d + a]! * g.data[i * d + b]!;
          moved[a]! += full[a * d + b]! * z[i * d + b]!;
        }
      }
      const own = z.subarray(i * d, (i + 1) * d);
      expect(back).toBeAllClose(own, { atol: 1e-10 }); // condition of a root of once-integrated noise
      const draw = y.data.subarray(i * d, (i + 1) * d).map((value, j) => kernel.mean.data[i * d + j]! - value);
      expect(draw).toBeAllClose(moved, { atol: 1e-13 });
      L.solve(kernel.root, i * L.length, moved, 0, 1, moved, 0);
      expect(moved).toBeAllClose(own, { atol: 1e-10 });
    }
  });
});

describe.each(Object.keys(smallLagProcesses(key, 1)))('small lags: %s', (name) => {
  const instance = (seed: number, size: number): Sde => smallLagProcesses(key.at(seed), size)[name]!;

  test('the mean is exact, the covariance good to 5/12 (‖J‖ τ)², and they go together as any root does', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.constantFrom(0.02, 0.05, 0.1), (seed, tau) => {
        const [own, full] = [
          kernelOf(instance(seed, 0.5), seed, tau),
          kernelOf(inFull(instance(seed, 0.5)), seed, tau),
        ];
        expect(own.mean.data).toBeAllClose(full.mean.data, roundOff(full.mean.data));
        const expected = covariances(full);
        // ‖J‖₂ ≤ 1.5 here; twice the bound for its last orders
        expect(covariances(own)).toBeAllClose(expected, { atol: 2 * (5 / 12) * (1.5 * tau) ** 2 * largest(expected) });
      }),
      { numRuns: 8, seed: 2 },
    );
    const kernel = kernelOf(instance(3, 0.5), 3, 0.1);
    const L = rootOperators(kernel, d);
    const z = statesOf(key.at('z'), 1, d).data;
    const [image, back] = [new Float64Array(d), new Float64Array(d)];
    L.times(kernel.root, 0, z, 0, 1, image, 0);
    L.solve(kernel.root, 0, image, 0, 1, image, 0);
    expect(image).toBeAllClose(z, { atol: 1e-14 });
    L.solveTransposed(kernel.root, 0, z, 0, 1, back, 0);
    const full = new Float64Array(d * d);
    rootSpread(L, d)(kernel.root, 0, full, 0);
    const product = back.map((_, a) => back.reduce((sum, g, b) => sum + full[b * d + a]! * g, 0));
    expect(product).toBeAllClose(z, { atol: 1e-14 });
  });

  test('refuses a lag at which the covariance is not good to 1 %', () => {
    expect(() => kernelOf(instance(3, 1), 3, 1)).toThrow(expect.objectContaining({ code: 'E_COVARIANCE' }));
  });
});

describe('refusals', () => {
  const plain = structuredProcesses(key, 1)['symmetric action']!;

  test('a Jacobian without its transpose gives no covariance', () => {
    const { symmetric: _, ...half } = plain.jacobian as ActionForm & JacobianField;
    expect(() => kernelOf({ ...plain, jacobian: half }, 1, 0.1)).toThrow(
      expect.objectContaining({ code: 'E_CAPABILITY' }),
    );
  });

  test('noise that does not reach every coordinate, or is no diagonal, with an action', () => {
    for (const diffusion of [diagonalNoise(d, [1, 1, 1, 1, 1, 0]), kroneckerNoise(d, [[0], [1]])]) {
      expect(() => kernelOf({ ...plain, diffusion }, 1, 0.1)).toThrow(
        expect.objectContaining({ code: 'E_CAPABILITY' }),
      );
    }
  });

  test('a full Jacobian of a large state, blocks that do not tile it', () => {
    const large = structuredProcesses(key, 1)['structures that do not meet']!;
    expect(() =>
      createLineariser({
        ...large,
        dim: 600,
        diffusion: scalarNoise(600, 1),
        jacobian: { structure: 'dense', entries() {} },
      }),
    ).toThrow(expect.objectContaining({ code: 'E_CAPABILITY' }));
    expect(() => kroneckerJacobian(5, 2, () => undefined)).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
    expect(() => kroneckerNoise(5, [[1], [0]])).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
  });
});
