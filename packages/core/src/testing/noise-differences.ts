/**
 * Q = G Gᵀ of any process at a state and time, and its derivatives by differences.
 *
 *     (∇·Q)_i = Σ_j ∂_j Q_ij,     ½ ∂∂:Q = ½ Σ_ij ∂_i ∂_j Q_ij = ½ Σ_i ∂_i (∇·Q)_i
 *
 * Both by the central difference of fourth order, the second by one inside the other: good to about 1e-11 and 1e-8 for noise of order one.
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { Sde } from '../contracts/sde.js';
import { centralDifference } from '../numerics/differences.js';
import { entriesLength, fillQ } from '../numerics/noise.js';
import { copyOf, type Probes } from './probes.js';

type Noisy = Pick<Sde, 'dim' | 'diffusion'>;

/** Writes Q at row `row` of y and time t, [d·d]. */
export const createQAt = ({ dim, diffusion }: Noisy): ((y: Batch, row: number, t: number, Q: Float64Array) => void) => {
  const entries = new Float64Array(entriesLength(diffusion.structure, dim, diffusion.noiseDim));
  return (y, row, t, Q) => {
    diffusion.entries(t, entries, y.data, row * dim);
    fillQ(diffusion, entries, Q);
  };
};

/** Σ_j ∂_j u_j(y) of a field u that writes [n, d]; h a power of two. */
const divergenceOf = (
  field: (y: Batch, j: number, out: Batch) => void,
  y: Batch,
  h: number,
  add: (row: number, j: number, value: (i: number) => number) => void,
): void => {
  const out = zeros(y.n, y.d);
  for (let j = 0; j < y.d; j++) {
    for (const [offset, weight] of centralDifference) {
      const moved = copyOf(y);
      for (let i = 0; i < y.n; i++) moved.data[i * y.d + j]! += offset * h;
      field(moved, j, out);
      for (let row = 0; row < y.n; row++) add(row, j, (i) => (weight * out.data[row * y.d + i]!) / (12 * h));
    }
  }
};

/** ∇·Q, [n, d]. */
const rowDivergence = (sde: Noisy, y: Batch, t: Float64Array, h: number): Float64Array => {
  const { dim: d } = sde;
  const qAt = createQAt(sde);
  const Q = new Float64Array(d * d);
  const sum = new Float64Array(y.n * d);
  const column = (at: Batch, j: number, out: Batch): void => {
    for (let row = 0; row < at.n; row++) {
      qAt(at, row, t[row]!, Q);
      for (let i = 0; i < d; i++) out.data[row * d + i] = Q[i * d + j]!;
    }
  };
  divergenceOf(column, y, h, (row, _j, value) => {
    for (let i = 0; i < d; i++) sum[row * d + i]! += value(i);
  });
  return sum;
};

/** ∇·Q [n, d] and ½ ∂∂:Q [n]. */
export const noiseDifferences = (
  sde: Noisy,
  { y, t }: Probes,
): { readonly divergence: Float64Array; readonly halfHessianTrace: Float64Array } => {
  const half = new Float64Array(y.n);
  divergenceOf(
    (at, _j, out) => out.data.set(rowDivergence(sde, at, t, 2 ** -6)),
    y,
    2 ** -6,
    (row, j, value) => {
      half[row]! += 0.5 * value(j);
    },
  );
  return { divergence: rowDivergence(sde, y, t, 2 ** -10), halfHessianTrace: half };
};
