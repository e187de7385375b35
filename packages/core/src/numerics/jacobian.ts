/**
 * Jacobians J = ∂f/∂y, J_ij = ∂f_i/∂y_j: a constructor a structure (contracts/matrix.ts has the entries), product and trace of a batch.
 *
 * Where a process has none, central differences of fourth order along each coordinate stand in (differences.ts): h about 10⁻³ max(1, |y_j|), good to about 1e-12 for
 * smooth f of order one.
 */
import {
  type ActionForm,
  type Batch,
  type JacobianField,
  type MatrixForm,
  type Sde,
  zeros,
} from '../contracts/index.js';
import { matrixOperators } from '../structures/table.js';
import { centralDifference } from './differences.js';
import { flattenMatrix } from './matrix.js';

/** How many numbers hold one matrix of this form. */
export const jacobianLength = (form: MatrixForm | ActionForm, d: number): number => matrixOperators(form, d).length;

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

/** `fill` writes the entries of one row, zeros too. */
const rowByRow = (form: MatrixForm, d: number, fill: JacobianRow): JacobianField => {
  const length = jacobianLength(form, d);
  return {
    ...form,
    entries(y, t, out) {
      for (let i = 0; i < y.n; i++) fill(y.data, i * d, t[i]!, out, i * length);
    },
  };
};

/** A full J; `fill` writes all d·d numbers, zeros too. */
export const denseJacobian = (d: number, fill: JacobianRow): JacobianField => rowByRow({ structure: 'dense' }, d, fill);

/**
 * J = μ (I − R Rᵀ) + R B Rᵀ; `fill` writes μ, then B [r·r]. `basis` [r, d] is R, an orthonormal vector after the other; without it `fill` goes on with the row's own
 * [r, d], whose vectors may be zero with μ as their diagonal entry of B.
 */
export const lowRankJacobian = (
  d: number,
  { rank, basis }: { readonly rank: number; readonly basis?: Float64Array },
  fill: JacobianRow,
): JacobianField => rowByRow({ structure: 'low-rank', rank, ...(basis === undefined ? {} : { basis }) }, d, fill);

/** J = B ⊗ I: the block B [k·k], written by `fill`, acts on every group of k coordinates j, j + d/k, … E_SHAPE unless k divides d. */
export const kroneckerJacobian = (d: number, block: number, fill: JacobianRow): JacobianField =>
  rowByRow({ structure: 'kronecker', block }, d, fill);

/** A block [k·k] for each group of k coordinates j, j + d/k, …; `fill` writes them one after the other. E_SHAPE unless k divides d. */
export const blockJacobian = (d: number, block: number, fill: JacobianRow): JacobianField =>
  rowByRow({ structure: 'blocks', block }, d, fill);

/** J by its products alone, from `times` (and `transposed`, or `symmetric`). */
export const actionJacobian = (action: Omit<ActionForm, 'structure'>): JacobianField => ({
  structure: 'action',
  ...action,
  entries(y, t, out) {
    for (let i = 0, at = 0; i < y.n; i++) {
      out[at++] = t[i]!;
      for (let j = 0; j < y.d; j++) out[at++] = y.data[i * y.d + j]!;
    }
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

/** factor(t) · J, in the structure of J. */
export const scaledJacobian = (d: number, field: JacobianField, factor: (t: number) => number): JacobianField => {
  const { length, linear } = matrixOperators(field, d);
  return {
    ...(field.structure === 'action' ? scaledAction(field, factor) : field),
    entries(y, t, out) {
      field.entries(y, t, out);
      for (let i = 0; i < y.n; i++) {
        const by = factor(t[i]!);
        for (let k = i * length; k < i * length + linear; k++) out[k]! *= by;
      }
    },
  };
};

/** The products of factor(t) · J; its entries, the point, are not touched. */
export const scaledAction = (form: ActionForm, factor: (t: number) => number): ActionForm => {
  const scaled =
    (product: ActionForm['times']): ActionForm['times'] =>
    (y, t, w, out) => {
      product(y, t, w, out);
      for (let i = 0, k = 0; i < y.n; i++) {
        const by = factor(t[i]!);
        for (let j = 0; j < y.d; j++, k++) out.data[k]! *= by;
      }
    };
  const { times, transposed } = form;
  return { ...form, times: scaled(times), ...(transposed === undefined ? {} : { transposed: scaled(transposed) }) };
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
  form: MatrixForm | ActionForm,
  d: number,
  entries: Float64Array,
  w: Batch,
  out: Batch,
): void => {
  const { length, times } = matrixOperators(form, d);
  for (let i = 0; i < w.n; i++) times(entries, i * length, w.data, i * d, out.data, i * d);
};

/** out[i] = tr J of row i: the divergence of f. */
export const jacobianTrace = (
  form: MatrixForm | ActionForm,
  d: number,
  entries: Float64Array,
  n: number,
  out: Float64Array,
): void => {
  const { length, trace } = matrixOperators(form, d);
  for (let i = 0; i < n; i++) out[i] = trace(entries, i * length);
};
