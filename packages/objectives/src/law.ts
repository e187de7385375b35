/**
 * Sizes of a law p_t as far as second moments tell, from a pilot of its states. With C the covariance of y_t and B [d, r] the basis of the noise range,
 *
 *     P = Bᵀ C⁻¹ B             the Gaussian with these moments has E[Bᵀs sᵀB] = P
 *     score size    √(tr P/r)
 *     narrowest     1/√λ_max(P)    standard deviation of y along the narrowest direction of the noise range, given the rest
 *     spread        √(tr(BᵀCB)/r)
 *
 * Beyond 64 dimensions, or where C is singular (data on a plane), coordinates are taken one by one: C is replaced by its diagonal.
 */
import {
  type Batch,
  cholesky,
  type Key,
  type NetworkScales,
  type NoiseRange,
  type Problem,
  pilotRows,
  pilotScales,
  scaleTimes,
  solveLower,
  zeros,
} from '@fokker/core';
import { settingOf } from './setting.js';

export interface Law {
  readonly scoreSize: number;
  readonly narrowest: number;
  readonly spread: number;
}

const largestDense = 64;
const powerSteps = 64;

/** Sums in row order: a pure function of the rows. */
const covarianceOf = ({ data, n, d }: Batch): Float64Array => {
  const mean = new Float64Array(d);
  const C = new Float64Array(d * d);
  for (let k = 0; k < n * d; k++) mean[k % d]! += data[k]! / n;
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < d; a++) {
      const x = data[i * d + a]! - mean[a]!;
      for (let b = 0; b <= a; b++) C[a * d + b]! += (x * (data[i * d + b]! - mean[b]!)) / n;
    }
  }
  for (let a = 0; a < d; a++) for (let b = 0; b < a; b++) C[b * d + a] = C[a * d + b]!;
  return C;
};

/** Row k is b_k, [r, d]. */
const basisRows = (range: NoiseRange, d: number): Float64Array => {
  const rows = new Float64Array(range.rank * d);
  for (let k = 0; k < range.rank; k++) {
    if (range.basis === 'coordinates') rows[k * d + range.coordinates[k]!] = 1;
    else for (let j = 0; j < d; j++) rows[k * d + j] = range.basis[j * range.rank + k]!;
  }
  return rows;
};

/** M Mᵀ, [r, r], of rows M [r, d]. */
const gram = (M: Float64Array, r: number, d: number): Float64Array => {
  const out = new Float64Array(r * r);
  for (let k = 0; k < r; k++) {
    for (let l = 0; l < r; l++) for (let j = 0; j < d; j++) out[k * r + l]! += M[k * d + j]! * M[l * d + j]!;
  }
  return out;
};
const traceOf = (P: Float64Array, r: number): number => {
  let sum = 0;
  for (let k = 0; k < r; k++) sum += P[k * r + k]!;
  return sum;
};

/** By power iteration from the diagonal: to well below the error of a pilot. */
const largestEigenvalue = (P: Float64Array, r: number): number => {
  let x = Float64Array.from({ length: r }, (_, k) => Math.sqrt(P[k * r + k]!));
  let value = 0;
  for (let step = 0; step < powerSteps; step++) {
    const next = new Float64Array(r);
    for (let k = 0; k < r; k++) for (let l = 0; l < r; l++) next[k]! += P[k * r + l]! * x[l]!;
    const length = Math.hypot(...next);
    if (length === 0) return 0;
    value = length / Math.hypot(...x);
    x = next.map((entry) => entry / length);
  }
  return value;
};

/** Coordinate by coordinate. A coordinate that does not vary says nothing of the size of a score. */
const diagonalLaw = ({ data, n, d }: Batch, range: NoiseRange): Law => {
  const [sum, squares] = [new Float64Array(d), new Float64Array(d)];
  for (let k = 0; k < n * d; k++) {
    sum[k % d]! += data[k]! / n;
    squares[k % d]! += data[k]! ** 2 / n;
  }
  const variance = squares.map((square, j) => Math.max(0, square - sum[j]! ** 2));
  const rows = basisRows(range, d);
  const along = Array.from({ length: range.rank }, (_, k) =>
    variance.reduce((total, v, j) => total + v * rows[k * d + j]! ** 2, 0),
  ).filter((v) => v > 0);
  if (along.length === 0) return { scoreSize: 1, narrowest: 1, spread: 1 };
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    scoreSize: Math.sqrt(mean(along.map((v) => 1 / v))),
    narrowest: Math.sqrt(along.reduce((a, b) => Math.min(a, b))),
    spread: Math.sqrt(mean(along)),
  };
};

/** Of the states y [n, d]. */
export const lawOf = (y: Batch, range: NoiseRange): Law => {
  const { d } = y;
  const r = range.rank;
  if (d > largestDense) return diagonalLaw(y, range);
  const C = covarianceOf(y);
  const L = new Float64Array(d * d);
  if (cholesky(d, C, 0, L, 0) >= 0 || L.some((entry, k) => k % (d + 1) === 0 && entry === 0))
    return diagonalLaw(y, range);
  const basis = basisRows(range, d);
  const halves = new Float64Array(r * d); // row k is L⁻¹ b_k
  for (let k = 0; k < r; k++) solveLower(d, L, 0, basis, k * d, halves, k * d);
  const P = gram(halves, r, d);
  const spread = basis.reduce((sum, b, k) => {
    const [row, j] = [Math.floor(k / d), k % d];
    for (let l = 0; l < d; l++) sum += b * C[j * d + l]! * basis[row * d + l]!;
    return sum;
  }, 0);
  return {
    scoreSize: Math.sqrt(traceOf(P, r) / r),
    narrowest: 1 / Math.sqrt(largestEigenvalue(P, r)),
    spread: Math.sqrt(spread / r),
  };
};

/** States of a pilot at time t, [pilotRows, d]. */
export type StatesAt = (t: number, key: Key) => Batch;

export const pilotTimes = (problem: Problem): readonly number[] =>
  problem.kind === 'process' ? scaleTimes(problem.sde) : [0];

/** Network scales for states drawn by `statesAt`: the output is of the size of the score, σ̄ = 1/(score size). */
export const stateScales = (problem: Problem, statesAt: StatesAt, key: Key): NetworkScales => {
  const { range, dim } = settingOf(problem);
  const noiseOf = (y: Batch): number => 1 / lawOf(y, range).scoreSize;
  if (problem.kind === 'process') {
    let seen = zeros(0, dim);
    const drawAt: StatesAt = (t, timeKey) => {
      seen = statesAt(t, timeKey);
      return seen;
    };
    return pilotScales(problem.sde, drawAt, () => noiseOf(seen) ** 2, key);
  }
  const y = statesAt(0, key);
  const squares = new Float64Array(dim);
  for (let k = 0; k < y.data.length; k++) squares[k % dim]! += y.data[k]! ** 2 / y.n;
  return { t: [0], noise: [noiseOf(y)], state: [Array.from(squares, (square) => Math.sqrt(square) || 1)] };
};

/** One pilot's states at any time, from the source of states of a problem. */
export const pilotOf = (
  problem: Problem,
  states: (first: number, count: number, t: Float64Array, out: Batch) => void,
): StatesAt => {
  const { dim } = settingOf(problem);
  const times = new Float64Array(pilotRows);
  return (t) => {
    const out = zeros(pilotRows, dim);
    states(0, pilotRows, times.fill(t), out);
    return out;
  };
};
