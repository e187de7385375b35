/**
 * J known by its products J w alone; its entries are the point (t, y) where it is taken.
 *
 * The trace costs d products, the growth λ_max(½ (J + Jᵀ)) a Krylov run (the largest Ritz value of 32 vectors, a lower bound that is tight for separated eigenvalues).
 *
 * Throws E_CAPABILITY where Jᵀ is needed and not to be had.
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { ActionForm } from '../contracts/matrix.js';
import { fail } from '../errors.js';
import { type Action, createMatrixFunction } from '../numerics/krylov.js';
import { fillNormal, rootKey } from '../numerics/random.js';
import { createLargestEigenvalue } from '../numerics/symmetric-eigen.js';
import type { MatrixOperators } from './operators.js';

/** J and Jᵀ at one point at a time. */
export interface ActionPoint {
  /** Moves to the point whose entries (t, y) stand at `at`. */
  moveTo(entries: Float64Array, at: number): void;
  readonly times: Action;
  /** E_CAPABILITY without `symmetric` or `transposed`. */
  readonly transposed: Action;
}

export const createActionPoint = (form: ActionForm, d: number): ActionPoint => {
  const [y, w, image] = [zeros(1, d), zeros(1, d), zeros(1, d)];
  const t = new Float64Array(1);
  const by =
    (product: (y: Batch, t: Float64Array, w: Batch, out: Batch) => void): Action =>
    (v, out) => {
      for (let j = 0; j < d; j++) w.data[j] = v[j]!;
      product(y, t, w, image);
      for (let j = 0; j < d; j++) out[j] = image.data[j]!;
    };
  const times = by((...point) => form.times(...point));
  return {
    moveTo(entries, at) {
      t[0] = entries[at]!;
      for (let j = 0; j < d; j++) y.data[j] = entries[at + 1 + j]!;
    },
    times,
    transposed: form.symmetric === true ? times : form.transposed === undefined ? noTranspose : by(form.transposed),
  };
};

const noTranspose = (): never =>
  fail('E_CAPABILITY', {
    summary: 'the covariance of a kernel needs the transpose of the Jacobian',
    got: 'a Jacobian known by its products J w alone',
    expected: 'products with Jᵀ, or a J that is symmetric',
    tryThis: [
      'symmetric: true, where the drift is the gradient of a potential',
      'transposed: the products Jᵀ w (a vector–Jacobian product)',
      'an objective that needs samples only',
    ],
  });

const ritzVectors = 32;

export const actionMatrix = (form: ActionForm, d: number): MatrixOperators => {
  const point = createActionPoint(form, d);
  const [v, image, mirrored] = [new Float64Array(d), new Float64Array(d), new Float64Array(d)];
  const start = new Float64Array(d);
  fillNormal(rootKey(0).at('growth'), 0, 1, d, start);
  const size = Math.min(d, ritzVectors);
  const krylov = createMatrixFunction(d, size);
  const projected = new Float64Array(size * size);
  const largest = Array.from({ length: size }, (_, m) => createLargestEigenvalue(m + 1));
  const symmetricPart: Action = (w, out) => {
    point.times(w, out);
    point.transposed(w, mirrored);
    for (let j = 0; j < d; j++) out[j] = 0.5 * (out[j]! + mirrored[j]!);
  };
  return {
    length: 1 + d,
    linear: 0,
    times(M, at, w, wAt, out, outAt) {
      point.moveTo(M, at);
      for (let j = 0; j < d; j++) v[j] = w[wAt + j]!;
      point.times(v, image);
      for (let j = 0; j < d; j++) out[outAt + j] = image[j]!;
    },
    trace(M, at) {
      point.moveTo(M, at);
      v.fill(0);
      let sum = 0;
      for (let j = 0; j < d; j++) {
        v[j] = 1;
        point.times(v, image);
        sum += image[j]!;
        v[j] = 0;
      }
      return sum;
    },
    growth(M, at) {
      point.moveTo(M, at);
      let found = Number.NaN;
      // the coefficients of a function that has converged when the largest Ritz value has
      krylov(
        symmetricPart,
        start,
        0,
        (m, H, stride, c) => {
          for (let i = 0; i < m; i++) {
            for (let j = 0; j < m; j++) projected[i * m + j] = 0.5 * (H[i * stride + j]! + H[j * stride + i]!);
          }
          found = largest[m - 1]!(projected);
          c.fill(0, 0, m);
          c[0] = found;
        },
        1,
        image,
        0,
      );
      return found;
    },
  };
};
