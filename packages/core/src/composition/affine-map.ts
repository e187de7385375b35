/**
 * An affine transition as matrices: q(y_t | y_s) = N(A y_s + b, Σ) for one pair of times.
 *
 * b is the mean from 0 and A e_j + b the mean from e_j, so any transition gives them, whatever its structure. [d·d] row-major.
 */
import { zeros } from '../contracts/batch.js';
import type { GaussianTransition } from '../contracts/matrix.js';
import { rootSpread } from '../structures/operators.js';
import { rootOperators } from '../structures/table.js';

export interface AffineMap {
  readonly A: Float64Array;
  readonly b: Float64Array;
  readonly Sigma: Float64Array;
}

export const affineMapOf = (transition: GaussianTransition, d: number, s: number, t: number): AffineMap => {
  const probes = zeros(1 + d, d);
  for (let j = 0; j < d; j++) probes.data[(1 + j) * d + j] = 1;
  const [from, to] = [new Float64Array(1 + d).fill(s), new Float64Array(1 + d).fill(t)];
  const images = zeros(1 + d, d);
  transition.mean(probes, from, to, images);
  const A = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) A[i * d + j] = images.data[(1 + j) * d + i]! - images.data[i]!;
  }
  return { A, b: images.data.slice(0, d), Sigma: covariance(transition, d, from.subarray(0, 1), to.subarray(0, 1)) };
};

/** Σ = L Lᵀ. */
const covariance = (transition: GaussianTransition, d: number, s: Float64Array, t: Float64Array): Float64Array => {
  const operators = rootOperators(transition, d);
  const entries = new Float64Array(operators.length);
  transition.root(s, t, entries);
  const L = new Float64Array(d * d);
  rootSpread(operators, d)(entries, 0, L, 0);
  const Sigma = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) for (let k = 0; k < d; k++) Sigma[i * d + j]! += L[i * d + k]! * L[j * d + k]!;
  }
  return Sigma;
};

/** out = A v + b. */
export const affineImage = ({ A, b }: AffineMap, v: ArrayLike<number>, out: Float64Array): void => {
  const d = b.length;
  for (let i = 0; i < d; i++) {
    let sum = b[i]!;
    for (let j = 0; j < d; j++) sum += A[i * d + j]! * v[j]!;
    out[i] = sum;
  }
};

/** S += A C Aᵀ. */
export const addCongruence = (A: Float64Array, C: ArrayLike<number>, S: Float64Array): void => {
  const d = Math.round(Math.sqrt(A.length));
  const row = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    row.fill(0);
    for (let a = 0; a < d; a++) for (let b = 0; b < d; b++) row[b]! += A[i * d + a]! * C[a * d + b]!;
    for (let j = 0; j < d; j++) for (let b = 0; b < d; b++) S[i * d + j]! += row[b]! * A[j * d + b]!;
  }
};
