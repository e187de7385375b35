/**
 * Jacobians J = ∂f/∂y by structure, with their product and trace.
 *
 *     scalar    J = j(t) I         entries [1] a row
 *     diagonal  J = diag(j(y, t))  entries [d] a row
 *     dense                        entries [d·d] a row, row-major, J_ij = ∂f_i/∂y_j
 *
 * Where a process has none, central differences of fourth order along each coordinate stand in (differences.ts): h about 10⁻³ max(1, |y_j|), good to about 1e-12 for
 * smooth f of order one.
 */
import { type Batch, type JacobianField, type MatrixStructure, type Sde, zeros } from '../contracts/index.js';
import { centralDifference } from './differences.js';
import { flattenMatrix } from './matrix.js';

/** How many numbers hold one row's J. */
export const jacobianLength = (structure: MatrixStructure, d: number): number =>
  structure === 'scalar' ? 1 : structure === 'diagonal' ? d : d * d;

/** J = j(t) I. */
export const scalarJacobian = (rate: (t: number) => number): JacobianField => ({
  structure: 'scalar',
  entries(y, t, out) {
    for (let i = 0; i < y.n; i++) out[i] = rate(t[i]!);
  },
});

/** Writes J at the state y[at …] and time t to out[outAt …], row-major. */
export type JacobianRow = (y: Float64Array, at: number, t: number, out: Float64Array, outAt: number) => void;

/** J = diag(j(y, t)); `fill` writes d numbers. */
export const diagonalJacobian = (fill: JacobianRow): JacobianField => ({
  structure: 'diagonal',
  entries(y, t, out) {
    for (let i = 0; i < y.n; i++) fill(y.data, i * y.d, t[i]!, out, i * y.d);
  },
});

/** A full J; `fill` writes all d·d numbers, zeros too. */
export const denseJacobian = (d: number, fill: JacobianRow): JacobianField => ({
  structure: 'dense',
  entries(y, t, out) {
    for (let i = 0; i < y.n; i++) fill(y.data, i * d, t[i]!, out, i * d * d);
  },
});

/** J = A everywhere. */
export const constantJacobian = (A: readonly (readonly number[])[]): JacobianField => {
  const flat = flattenMatrix(A, A.length, A.length, 'J');
  return {
    structure: 'dense',
    entries(y, _t, out) {
      for (let i = 0; i < y.n; i++) out.set(flat, i * flat.length);
    },
  };
};

/** The dense J of any drift by differences; 4d drift evaluations of the batch. */
export const finiteDifferenceJacobian = (sde: Pick<Sde, 'dim' | 'drift'>): JacobianField => {
  const d = sde.dim;
  let moved = zeros(0, d);
  let f = zeros(0, d);
  return {
    structure: 'dense',
    entries(y, t, out) {
      if (moved.n !== y.n) {
        moved = zeros(y.n, d);
        f = zeros(y.n, d);
      }
      out.fill(0, 0, y.n * d * d);
      moved.data.set(y.data.subarray(0, y.n * d));
      for (let j = 0; j < d; j++) {
        for (const [shift, weight] of centralDifference) {
          for (let i = 0; i < y.n; i++) moved.data[i * d + j] = y.data[i * d + j]! + shift * stepOf(y.data[i * d + j]!);
          sde.drift(moved, t, f);
          for (let i = 0; i < y.n; i++) {
            const scale = weight / (12 * stepOf(y.data[i * d + j]!));
            for (let k = 0; k < d; k++) out[i * d * d + k * d + j]! += scale * f.data[i * d + k]!;
          }
        }
        for (let i = 0; i < y.n; i++) moved.data[i * d + j] = y.data[i * d + j]!;
      }
    },
  };
};
/** A power of two near 10⁻³ max(1, |y|): y ± h is then exact more often than not. */
const stepOf = (y: number): number => 2 ** (Math.ceil(Math.log2(Math.max(1, Math.abs(y)))) - 10);

/** out = J w, a row at a time; `w` and `out` [n, d] must not overlap. */
export const jacobianVector = (
  { structure }: Pick<JacobianField, 'structure'>,
  d: number,
  entries: Float64Array,
  w: Batch,
  out: Batch,
): void => {
  for (let i = 0; i < w.n; i++) {
    for (let j = 0; j < d; j++) {
      const at = i * d + j;
      if (structure === 'scalar') out.data[at] = entries[i]! * w.data[at]!;
      else if (structure === 'diagonal') out.data[at] = entries[at]! * w.data[at]!;
      else {
        let sum = 0;
        for (let k = 0; k < d; k++) sum += entries[at * d + k]! * w.data[i * d + k]!;
        out.data[at] = sum;
      }
    }
  }
};

/** out[i] = tr J of row i: the divergence of f. */
export const jacobianTrace = (
  { structure }: Pick<JacobianField, 'structure'>,
  d: number,
  entries: Float64Array,
  n: number,
  out: Float64Array,
): void => {
  for (let i = 0; i < n; i++) {
    if (structure === 'scalar') out[i] = d * entries[i]!;
    else {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += structure === 'diagonal' ? entries[i * d + j]! : entries[(i * d + j) * d + j]!;
      out[i] = sum;
    }
  }
};
