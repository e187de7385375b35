/**
 * Gaussian laws as priors and oracles.
 *
 *     y = μ + L z,    log p(y) = −½ [ ‖L⁻¹(y − μ)‖² + d log 2π ] − Σ log L_jj,    ∇log p(y) = −L⁻ᵀ L⁻¹ (y − μ)
 */
import type { Distribution } from '../contracts/index.js';
import { fail } from '../errors.js';
import { cholesky } from './cholesky.js';
import { flattenMatrix } from './matrix.js';
import { fillNormalRow } from './random.js';
import { lowerTimes, solveLower, solveLowerTransposed } from './triangular.js';

const logTwoPi = Math.log(2 * Math.PI);

/** Equal up to the rounding of a sum or two. */
const closeTo = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));

/** N(0, I) on R^d. */
export const standardNormal = (dim: number): Distribution => ({
  dim,
  sample(key, first, out) {
    for (let i = 0; i < out.n; i++) fillNormalRow(key, first + i, 0, dim, out.data, i * dim);
  },
  logDensity(y, out) {
    for (let i = 0; i < y.n; i++) {
      let square = 0;
      for (let j = 0; j < dim; j++) square += y.data[i * dim + j]! ** 2;
      out[i] = -0.5 * (square + dim * logTwoPi);
    }
  },
  score(y, out) {
    for (let k = 0; k < y.n * dim; k++) out.data[k] = -y.data[k]!;
  },
});

/** N(mean, covariance). E_SHAPE, E_NOT_FINITE, E_COVARIANCE where the covariance is not symmetric and positive definite. */
export const gaussianDistribution = (
  mean: readonly number[],
  covariance: readonly (readonly number[])[],
): Distribution => {
  const d = mean.length;
  const mu = flattenMatrix([mean], 1, d, 'the mean');
  const L = flattenMatrix(covariance, d, d, 'the covariance');
  const symmetric = L.every((value, k) => closeTo(value, L[(k % d) * d + Math.floor(k / d)]!));
  let logRoot = symmetric && cholesky(d, L, 0, L, 0) < 0 ? 0 : Number.NEGATIVE_INFINITY;
  for (let j = 0; j < d; j++) logRoot += Math.log(L[j * d + j]!);
  if (!Number.isFinite(logRoot)) {
    fail('E_COVARIANCE', {
      summary: 'a covariance must be symmetric and positive definite',
      got: JSON.stringify(covariance),
      expected: symmetric ? 'positive pivots' : 'entries (i, j) and (j, i) that are equal',
      tryThis: ['check the signs of the off-diagonal entries'],
    });
  }
  const white = new Float64Array(d);
  const whiten = (y: Float64Array, at: number): void => {
    for (let j = 0; j < d; j++) white[j] = y[at + j]! - mu[j]!;
    solveLower(d, L, 0, white, 0, white, 0);
  };
  return {
    dim: d,
    sample(key, first, out) {
      for (let i = 0; i < out.n; i++) {
        fillNormalRow(key, first + i, 0, d, out.data, i * d);
        lowerTimes(d, L, 0, out.data, i * d, 1, out.data, i * d);
        for (let j = 0; j < d; j++) out.data[i * d + j]! += mu[j]!;
      }
    },
    logDensity(y, out) {
      for (let i = 0; i < y.n; i++) {
        whiten(y.data, i * d);
        out[i] = -0.5 * (white.reduce((sum, x) => sum + x * x, 0) + d * logTwoPi) - logRoot;
      }
    },
    score(y, out) {
      for (let i = 0; i < y.n; i++) {
        whiten(y.data, i * d);
        solveLowerTransposed(d, L, 0, white, 0, -1, out.data, i * d);
      }
    },
  };
};
