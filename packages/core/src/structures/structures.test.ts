/** Products, growth and noise of every structure against the same matrix in full. */
import { describe, expect, test } from 'vitest';
import type { Diffusion, JacobianField, NoiseRange } from '../contracts/index.js';
import { jacobianLength, jacobianTrace, jacobianVector } from '../numerics/jacobian.js';
import { diagonalNoise, fillDenseG, fillQ, kroneckerNoise, lowRankNoise, scalarNoise } from '../numerics/noise.js';
import { rootKey } from '../numerics/random.js';
import { createLargestEigenvalue } from '../numerics/symmetric-eigen.js';
import {
  inFull,
  randomBasis,
  smallLagProcesses,
  statesOf,
  structuredProcesses,
} from '../testing/structured-instances.js';
import '../testing/vitest.js';
import { matrixOperators, noiseOperators } from './table.js';

const d = 6;
const n = 4;
const key = rootKey(36);
const y = statesOf(key.at('y'), n, d);
const w = statesOf(key.at('w'), n, d);
const t = new Float64Array(n);

const entriesOf = (field: JacobianField): Float64Array => {
  const out = new Float64Array(n * jacobianLength(field, d));
  field.entries(y, t, out);
  return out;
};

describe.each(Object.entries({ ...structuredProcesses(key, 1), ...smallLagProcesses(key, 1) }))(
  '%s: J',
  (_name, sde) => {
    const [own, full] = [sde.jacobian!, inFull(sde).jacobian!];
    const [M, F] = [entriesOf(own), entriesOf(full)];

    test('products, trace and growth', () => {
      const [a, b] = [
        { ...w, data: new Float64Array(n * d) },
        { ...w, data: new Float64Array(n * d) },
      ];
      jacobianVector(own, d, M, w, a);
      jacobianVector(full, d, F, w, b);
      expect(a.data).toBeAllClose(b.data, { atol: 1e-13 });
      const [p, q] = [new Float64Array(n), new Float64Array(n)];
      jacobianTrace(own, d, M, n, p);
      jacobianTrace(full, d, F, n, q);
      expect(p).toBeAllClose(q, { atol: 1e-13 });
      const [fast, slow] = [matrixOperators(own, d), matrixOperators(full, d)];
      for (let i = 0; i < n; i++) {
        expect(fast.growth(M, i * fast.length)).toBeAllClose(slow.growth(F, i * slow.length), { atol: 1e-12 });
      }
    });
  },
);

test('the largest eigenvalue, of 1 × 1, of multiples of the identity, of a path of springs', () => {
  expect(createLargestEigenvalue(1)(Float64Array.of(-3))).toBe(-3);
  expect(createLargestEigenvalue(3)(Float64Array.of(2, 0, 0, 0, 2, 0, 0, 0, 2))).toBe(2);
  const m = 20;
  const springs = Float64Array.from({ length: m * m }, (_, k) => {
    const apart = Math.abs(Math.floor(k / m) - (k % m));
    return apart === 0 ? 2 : apart === 1 ? -1 : 0;
  });
  expect(createLargestEigenvalue(m)(springs)).toBeAllClose(4 * Math.sin((m * Math.PI) / (2 * (m + 1))) ** 2, {
    rtol: 1e-14,
  });
  expect(createLargestEigenvalue(2)(Float64Array.of(Number.NaN, 0, 0, 1))).toBeNaN();
});

describe('noise', () => {
  const basis = randomBasis(key.at('basis'), 2, d);
  const axes = Float64Array.from({ length: 2 * d }, (_, k) => Number(k === 1 || k === d + 4));
  const lowRank = (R: Float64Array, ...entries: number[]): Diffusion =>
    lowRankNoise(d, { rank: 2, basis: R }, (_t, out) => out.set(entries));
  const spans: readonly (readonly [string, Diffusion, number, readonly number[] | undefined, boolean])[] = [
    ['scalar', scalarNoise(d, 0.3), 6, [0, 1, 2, 3, 4, 5], true],
    ['diagonal', diagonalNoise(d, [1, 0, 2, 0, 0, 3]), 3, [0, 2, 5], true],
    ['low rank', lowRank(basis, 0.5, 1, 0.3, -0.2, 2), 6, [0, 1, 2, 3, 4, 5], false],
    ['low rank, on its span alone', lowRank(basis, 0, 1, 0.3, -0.2, 2), 2, undefined, false],
    ['low rank, off its span alone', lowRank(basis, 0.5, 0, 0, 0, 0), 4, undefined, false],
    ['low rank along axes', lowRank(axes, 0.5, 1, 0, 0, 2), 6, [0, 1, 2, 3, 4, 5], true],
    ['low rank, nothing left along an axis', lowRank(axes, 0.5, 1, 0, 0, 0), 5, [0, 1, 2, 3, 5], true],
    ['kronecker, one of two', kroneckerNoise(d, [[0], [0.9]]), 3, [3, 4, 5], true],
    [
      'kronecker, mixed',
      kroneckerNoise(d, [
        [1, 0],
        [0.5, 2],
      ]),
      6,
      [0, 1, 2, 3, 4, 5],
      false,
    ],
    ['kronecker, along a diagonal', kroneckerNoise(d, [[1], [1]]), 3, undefined, false],
  ];

  test.each(spans)('%s: products, variances and range', (_name, diffusion, rank, coordinates, diagonal) => {
    const m = diffusion.noiseDim;
    const operators = noiseOperators(diffusion);
    const entries = new Float64Array(operators.length);
    diffusion.entries(0, entries);
    const [G, Q] = [new Float64Array(d * m), new Float64Array(d * d)];
    fillDenseG(diffusion, entries, G);
    fillQ(diffusion, entries, Q);
    const square = Q.map((_, k) => {
      let sum = 0;
      for (let c = 0; c < m; c++) sum += G[Math.floor(k / d) * m + c]! * G[(k % d) * m + c]!;
      return sum;
    });
    expect(Q).toBeAllClose(square, { atol: 1e-14 });
    const out = new Float64Array(d).fill(1);
    operators.times(entries, w.data, 0, 2, out, 0);
    expect(out).toBeAllClose(
      out.map((_, i) => 1 + 2 * w.data.subarray(0, m).reduce((sum, x, c) => sum + G[i * m + c]! * x, 0)),
      { atol: 1e-14 },
    );
    const [xi, scales] = [Float64Array.from({ length: 4 * m }, (_, k) => Math.sin(k)), Float64Array.of(1, 2, -0.3, 5)];
    const [together, apart] = [new Float64Array(4 * d).fill(1), new Float64Array(4 * d).fill(1)];
    operators.timesRows(entries, xi, m, scales, together, 1, 4);
    for (let r = 1; r < 4; r++) operators.times(entries, xi, r * m, scales[r]!, apart, r * d);
    expect(together).toEqual(apart);
    const own = new Float64Array(d);
    operators.variances(entries, own);
    expect(own).toBeAllClose(
      own.map((_, i) => Q[i * d + i]!),
      { atol: 1e-14 },
    );
    expect(operators.totalVariance(entries)).toBeAllClose(
      own.reduce((sum, q) => sum + q, 0),
      { rtol: 1e-15 },
    );
    expect(operators.isDiagonal(entries, 1e-12)).toBe(diagonal);
    const range: NoiseRange = operators.range([entries]);
    expect(range.rank).toBe(rank);
    if (coordinates !== undefined) expect(range).toMatchObject({ basis: 'coordinates', coordinates });
    else expect(outside(range, Q)).toBeLessThan(1e-13);
  });

  /** The largest entry of (I − B Bᵀ) Q. */
  const outside = ({ rank, basis }: NoiseRange, Q: Float64Array): number => {
    if (basis === 'coordinates') return Number.NaN;
    return Q.reduce((most, q, k) => {
      const [i, j] = [Math.floor(k / d), k % d];
      let inside = 0;
      for (let c = 0; c < rank; c++) {
        for (let e = 0; e < d; e++) inside += basis[i * rank + c]! * basis[e * rank + c]! * Q[e * d + j]!;
      }
      return Math.max(most, Math.abs(q - inside));
    }, 0);
  };
});
