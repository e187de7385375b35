/**
 * What a process may promise beyond drift and noise: one vocabulary, asked for by name, never by class.
 *
 * Symbols: f drift, Q = G Gᵀ, J = ∂f/∂y. Shapes: one row a sample; matrices are structured (matrix.ts), one block of entries a row.
 */
import type { Batch, ScalarField, VectorField } from './batch.js';
import type { GaussianTransition, JacobianField } from './matrix.js';
import type { Dataset } from './problem.js';
import type { Key } from './random.js';
import type { Sde } from './sde.js';

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

/** log p_t and ∇log p_t of the process started from `data`, in closed form or solved on a grid; undefined for data of which neither is to be had. */
export type MarginalLaw = (data: Dataset) =>
  | {
      logDensity: ScalarField;
      score: VectorField;
      /** E‖s̃ − s‖²/E‖s‖² of this score s̃ at time t; absent where it is exact. */
      error?(t: number): number;
    }
  | undefined;

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
