/**
 * What an objective is asked to solve, and the choices that depend on time alone: when to look (TimeSampler), from where to linearise (Schedule), how
 * to weigh (Weighting). Each is a definition with an options schema like a process.
 */
import type { Batch, Json } from './batch.js';
import type { CapabilityName } from './capabilities.js';
import type { Key } from './random.js';
import type { Schema, Sde } from './sde.js';

/** Data y₀. Row i of `draw` depends on (key, first + i) alone. */
export interface Dataset {
  readonly dim: number;
  /** Number of rows of a finite set; absent for a generator. */
  readonly size?: number;
  draw(key: Key, first: number, out: Batch): void;
  /** Closed forms where they exist, for oracles. */
  readonly density?: { logDensity(y: Batch, out: Float64Array): void; score(y: Batch, out: Batch): void };
  /** Atoms or Gaussian components, where the law is a mixture: lets oracles be composed with a transition. */
  readonly mixture?: readonly { weight: number; mean: readonly number[]; covariance: readonly number[] }[];
}
export interface DatasetDefinition<O = unknown> {
  readonly id: string;
  readonly summary?: string;
  readonly options: Schema<O>;
  /** `initial`: where the process says it starts, if it does. */
  create(
    options: O,
    context: { readonly directory: string; readonly dim: number; readonly initial?: Dataset | undefined },
  ): Dataset | Promise<Dataset>;
}

/** t = time(u) for u uniform on (0, 1): the inverse distribution function of training times on [cutoff.train, T], nondecreasing. */
export interface TimeSampler {
  time(u: number): number;
  /** Where the times follow the losses of the training so far: the trainer keeps the history and divides each loss by the density. */
  readonly history?: LossHistory;
}
/**
 * Times by importance: u falls into one of `bins` equal parts of (0, 1) with a probability that depends on past losses there. The trainer learns m_b, a running mean of ℓ² in part b,
 * asks for probabilities once every `every` steps, and multiplies the loss of part b by 1/(bins · π_b), which leaves its mean as it was.
 */
export interface LossHistory {
  readonly bins: number;
  /** L: probabilities hold for L steps and are computed from losses at least L steps old. */
  readonly every: number;
  /** m ← decay · m + (1 − decay) · (mean of ℓ² over the last L steps). */
  readonly decay: number;
  /** π [bins], positive, of sum 1, from m [bins]; NaN in m: no loss has been seen there. */
  probabilities(meanSquares: readonly number[]): number[];
}
export interface TimeSamplerDefinition<O = unknown> {
  readonly id: string;
  readonly summary?: string;
  readonly options: Schema<O>;
  create(options: O, sde: Sde): TimeSampler;
}

/** s(t): t0 ≤ s(t) < t, nondecreasing, a function of t alone (MATH §4). */
export interface Schedule {
  start(t: number): number;
}
export interface ScheduleDefinition<O = unknown> {
  readonly id: string;
  readonly summary?: string;
  readonly options: Schema<O>;
  /** Capabilities without which it cannot be used. Default: none. */
  readonly needs?: readonly CapabilityName[];
  create(options: O): {
    /** Chooses the schedule once, from a pilot simulation under its own key; the result is saved with the run. */
    prepare(sde: Sde, data: Dataset, key: Key): Json;
    restore(sde: Sde, prepared: Json): Schedule;
  };
}

/**
 * W = c(y_t, t) diag w(t) in the basis of the noise range: never a function of y_s, which would bias the minimiser by O(lag). A factor c leaves the minimiser of a loss that denoises, a
 * regression at each y_t, as it was; losses with a divergence would have to differentiate it, and take weights of t alone.
 */
export interface Weighting {
  /** w(t), [r] */
  diagonal(t: number, out: Float64Array): void;
  /** c(y_t, t) ≥ 0, [n], of weights that depend on 'state'; 1 where absent. */
  factor?(y: Batch, t: Float64Array, out: Float64Array): void;
}
export interface WeightingDefinition<O = unknown> {
  readonly id: string;
  readonly summary?: string;
  readonly options: Schema<O>;
  /** What W reads at most. Objectives with a kernel from y_s refuse 'start', objectives with a divergence 'state'. */
  readonly dependsOn: 'time' | 'state' | 'start';
  create(options: O, context: { readonly sde: Sde; readonly noise: (t: number) => number }): Weighting;
}

/** W(t) once the objective knows its kernels: `noise` is σ̄(t), their root mean diagonal over the noise range. */
export type WeightingOf = (noise: (t: number) => number) => Weighting;

/** The score of a process at every time. */
export interface ProcessProblem {
  readonly kind: 'process';
  readonly sde: Sde;
  readonly data: Dataset;
  readonly times: TimeSampler;
  readonly schedule: ReturnType<ScheduleDefinition['create']>;
  readonly weighting: WeightingOf;
}
/** The score of the data's own law, of which samples are all that is known. Its only time is 0, every direction matters, and W is one constant. */
export interface DensityProblem {
  readonly kind: 'density';
  readonly data: Dataset;
  readonly weighting: WeightingOf;
}
export type Problem = ProcessProblem | DensityProblem;
