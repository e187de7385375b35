/**
 * What a process may promise beyond drift and noise: one vocabulary, asked for by name, never by class.
 *
 * Symbols: f drift, Q = G Gᵀ, J = ∂f/∂y. Shapes: one row a sample; entries of structured matrices follow `Diffusion` (scalar [1], diagonal [d],
 * dense [d·d] row-major), one block a row.
 */
import type { Batch, ScalarField, VectorField } from './batch.js';
import type { Dataset } from './problem.js';
import type { Key } from './random.js';
import type { Sde } from './sde.js';

export type MatrixStructure = 'scalar' | 'diagonal' | 'dense';

/** Row-wise J(y, t) in the declared structure. */
export interface JacobianField {
  readonly structure: MatrixStructure;
  entries(y: Batch, t: Float64Array, out: Float64Array): void;
}

/**
 * Row-wise Gaussian kernels N(mean, L Lᵀ). `root` holds the entries of L per row (scalar [1], diagonal [d], dense lower-triangular [d·d]).
 * Draw y = mean + L z; the score of the kernel at y is −L⁻ᵀ z.
 */
export interface GaussianKernel {
  readonly mean: Batch;
  readonly structure: MatrixStructure;
  readonly root: Float64Array;
}

/** The exact q(y_t | y_s) of an affine process, 0 ≤ s < t, a time pair per row. */
export interface GaussianTransition {
  readonly structure: MatrixStructure;
  mean(ys: Batch, s: Float64Array, t: Float64Array, out: Batch): void;
  root(s: Float64Array, t: Float64Array, out: Float64Array): void;
}

/** f = β(t) f̄(y), Q = β(t) Q̄ with B(t) = ∫β: autonomous in the clock θ = B(t). */
export interface Clock {
  beta(t: number): number;
  B(t: number): number;
  inverse(theta: number): number;
}
export interface TimeChange {
  readonly clock: Clock;
  /** The autonomous process f̄, Q̄; its time argument is not read. */
  readonly base: Sde;
}

/** The subspace where a score matters, range(Q): coordinate indices, or an orthonormal basis [d, rank] row-major. */
export type NoiseRange =
  | { readonly rank: number; readonly basis: 'coordinates'; readonly coordinates: readonly number[] }
  | { readonly rank: number; readonly basis: Float64Array };

export interface Distribution {
  readonly dim: number;
  /** Row i depends on (key, first + i) alone. */
  sample(key: Key, first: number, out: Batch): void;
  logDensity?(y: Batch, out: Float64Array): void;
  score?(y: Batch, out: Batch): void;
}

/** φ(y, t) in R^k shown to the network beside y, with J_φ w along directions w [n, d]. */
export interface FeatureField {
  readonly dim: number;
  evaluate: VectorField;
  jvp(y: Batch, t: Float64Array, w: Batch, out: Batch): void;
}

/** ∇·Q (row sums of ∂_j Q_ij) and ½ Σ ∂_i ∂_j Q_ij, for state-dependent noise. */
export interface NoiseDivergence {
  divergence: VectorField;
  halfHessianTrace: ScalarField;
}

/** log p_t and ∇log p_t of the process started from `data`, where a closed form exists; undefined for other data. */
export type MarginalLaw = (data: Dataset) => { logDensity: ScalarField; score: VectorField } | undefined;

export interface Capabilities {
  transition: GaussianTransition;
  jacobian: JacobianField;
  divergence: ScalarField;
  driftTime: VectorField;
  itoTerm: VectorField;
  noiseDivergence: NoiseDivergence;
  timeChange: TimeChange;
  noiseRange: NoiseRange;
  prior: Distribution;
  stationary: Distribution;
  features: FeatureField;
  marginal: MarginalLaw;
}

export type CapabilityName = keyof Capabilities;
