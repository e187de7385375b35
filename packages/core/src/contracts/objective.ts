/**
 * An objective, split at the bridge: targets are float64 arrays made without the network, `perSample` is the traced half.
 *
 *     prepare   once before training; serialisable; saved with the run, a resume loads it
 *     source    targets of samples [first, first + count), a pure function of (prepared, key, sample index)
 *     perSample the loss of each row, [n]; the mean is taken by the trainer alone
 */
import type { Tensor, Tensor1D, Tensor2D } from '@fokker/ops';
import type { Json, SampleRange } from './batch.js';
import type { CapabilityName } from './capabilities.js';
import type { Diffusion } from './diffusion.js';
import type { Problem } from './problem.js';
import type { Key } from './random.js';
import type { Schema } from './sde.js';

/** A named float64 array, [n, …shape]; a sample may own several consecutive rows (antithetic pairs). */
export interface NamedArray {
  readonly data: Float64Array;
  /** Shape of one row: [] for a scalar. */
  readonly shape: readonly number[];
}
/**
 * Always `y` [n, d] and `t` [n], the states and times of the network; the rest is between `source` and `perSample` (vectors in the basis of the noise range).
 * `perSample` receives them all, with y and t replaced by the arrays of `networkInputs`.
 *
 * `directions` v_k [n, r] are those along which the loss differentiates the score, in the basis B of the noise range; `perSample` asks for them by their number
 * and finds them as `along/k/v`.
 */
export interface Targets {
  readonly n: number;
  readonly directions?: readonly NamedArray[];
  readonly arrays: { readonly y: NamedArray; readonly t: NamedArray; readonly [name: string]: NamedArray };
}
export type Tensors = Readonly<Record<string, Tensor>>;

/** Functions of t alone on a grid, linear between its points: the sizes by which network inputs and outputs are scaled. */
export interface NetworkScales {
  readonly t: readonly number[];
  /** σ̄(t): root mean diagonal of the kernel covariance over the noise range; the network's output is divided by it unless `output` says otherwise. */
  readonly noise: readonly number[];
  /** What divides the network's output, where it is not σ̄(t). */
  readonly output?: readonly number[] | undefined;
  /** A score to which the network's is added: that of the prior. */
  readonly baseline?: 'prior' | undefined;
  /** Root mean square of y_t, per coordinate: [grid][d]. */
  readonly state: readonly (readonly number[])[];
  /** Root mean square of φ(y_T, T), per feature [k], one for all times; absent without features. */
  readonly features?: readonly number[];
}
/** How far linearised kernels are from the process, over the training times; ρ is the local error in units of the kernel's noise (schedules/linearisation-error.ts). */
export interface LinearisationError {
  readonly times: readonly {
    readonly t: number;
    readonly s: number;
    /** Mean and 99 % quantile of ρ. */
    readonly mean: number;
    readonly high: number;
    /** Estimate of a bound on KL(p_t ‖ p̂_t), nats. */
    readonly kl?: number | undefined;
  }[];
  readonly mean: number;
  readonly high: number;
  readonly worst: { readonly t: number; readonly mean: number };
  /** States measured at each time; runs of earlier versions do not say. */
  readonly states?: number | undefined;
  /** The largest over time, or why there is none. */
  readonly kl: { readonly most: number } | { readonly none: string };
}
export interface Prepared {
  readonly scales: NetworkScales;
  readonly recipe: Json;
  /** Of objectives that linearise. */
  readonly linearisation?: LinearisationError | undefined;
}

export interface TargetSource {
  targets(range: SampleRange): Targets;
}
/** The network as the traced half sees it: the score's components in the basis of the noise range, [n, r]. */
export interface TracedModel {
  score(inputs: Tensors): Tensor2D;
  /** v_kᵀ (∂Bᵀs/∂y) B v_k [n] along direction k of the targets, through all that the network sees of y. */
  directional(inputs: Tensors, k: number): Tensor1D;
  /** f [n] with score Bᵀ∇f; networks of kind 'potential' alone. */
  potential?(inputs: Tensors): Tensor1D;
}

export interface Objective {
  /** Rows per sample: 2 for antithetic pairs. */
  readonly rowsPerSample: number;
  /** True where `perSample` reads the potential, which not every network has. */
  readonly readsPotential?: boolean;
  prepare(problem: Problem, key: Key): Prepared;
  source(problem: Problem, prepared: Prepared, key: Key): TargetSource;
  perSample(model: TracedModel, tensors: Tensors): Tensor1D;
}
export interface ObjectiveDefinition<O = unknown> {
  readonly id: string;
  readonly summary?: string;
  readonly options: Schema<O>;
  readonly needs: readonly CapabilityName[];
  /** What it can learn. Default: processes alone. A density has none of the capabilities, so `needs` are not asked of it. */
  readonly problems?: readonly Problem['kind'][];
  /** What G may read at most. Default 'state': any noise. */
  readonly noise?: Diffusion['dependsOn'];
  /** Weights it accepts: those that read no more than this. */
  readonly weights: 'time' | 'state';
  /** Order of derivatives of the activation in the gradient of the loss: 1 where the loss reads the network's output, 2 where it reads its derivatives in y. */
  readonly derivatives: 1 | 2;
  create(options: O): Objective;
}
