/**
 * Mixtures of Gaussians  p(y) = Σ_k w_k N(y; μ_k, L_k L_kᵀ)  with full covariances.
 *
 *     log p = log Σ_k exp ℓ_k,   ℓ_k = log w_k − ½ log det(2π C_k) − ½ ‖L_k⁻¹ (y − μ_k)‖²        (log-sum-exp)
 *     ∇log p = −Σ_k r_k L_k⁻ᵀ L_k⁻¹ (y − μ_k),   r_k = exp(ℓ_k − log p)
 */
import { solveLower, solveLowerTransposed } from './triangular.js';

/** K components of R^d; `log` [K] and `white` [K, d] are scratch: ℓ_k and L_k⁻¹ (y − μ_k) of the point last asked for. */
export interface GaussianMixture {
  readonly d: number;
  /** [K, d] */
  readonly mean: Float64Array;
  /** L_k, [K, d, d] */
  readonly root: Float64Array;
  /** log w_k − ½ log det(2π C_k), [K] */
  readonly logScale: Float64Array;
  readonly log: Float64Array;
  readonly white: Float64Array;
}

/** Room for K components, to be filled by whoever makes it. */
export const emptyMixture = (K: number, d: number): GaussianMixture => ({
  d,
  mean: new Float64Array(K * d),
  root: new Float64Array(K * d * d),
  logScale: new Float64Array(K),
  log: new Float64Array(K),
  white: new Float64Array(K * d),
});

/** log p(y) at y[at …]; fills the scratch. */
export const logMixture = (
  { d, mean, root, logScale, log, white }: GaussianMixture,
  y: Float64Array,
  at: number,
): number => {
  for (let k = 0; k < log.length; k++) {
    for (let j = 0; j < d; j++) white[k * d + j] = y[at + j]! - mean[k * d + j]!;
    solveLower(d, root, k * d * d, white, k * d, white, k * d);
    let squares = 0;
    for (let j = 0; j < d; j++) squares += white[k * d + j]! ** 2;
    log[k] = logScale[k]! - 0.5 * squares;
  }
  return logSumExp(log);
};

export const logSumExp = (log: Float64Array): number => {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < log.length; k++) largest = Math.max(largest, log[k]!);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  let sum = 0;
  for (let k = 0; k < log.length; k++) sum += Math.exp(log[k]! - largest);
  return largest + Math.log(sum);
};

/** out[outAt …] += ∇log p(y) of the point last given to `logMixture`, which returned `logP`; `pull` [d] is scratch. */
export const addMixtureScore = (
  { d, root, log, white }: GaussianMixture,
  logP: number,
  pull: Float64Array,
  out: Float64Array,
  outAt: number,
): void => {
  for (let k = 0; k < log.length; k++) {
    solveLowerTransposed(d, root, k * d * d, white, k * d, -Math.exp(log[k]! - logP), pull, 0);
    for (let j = 0; j < d; j++) out[outAt + j]! += pull[j]!;
  }
};
