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

/** t = time(u) for u uniform on (0, 1): the inverse distribution function of training times on [cutoff.train, T]. */
export interface TimeSampler {
  time(u: number): number;
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

/** The diagonal of W(t) in the basis of the noise range, [r]: a function of t alone, never of y_s (it would bias the minimiser by O(lag)). */
export interface Weighting {
  diagonal(t: number, out: Float64Array): void;
}
export interface WeightingDefinition<O = unknown> {
  readonly id: string;
  readonly summary?: string;
  readonly options: Schema<O>;
  /** What W reads. Objectives with a kernel from y_s refuse 'start'. */
  readonly dependsOn: 'time' | 'state' | 'start';
  create(options: O, context: { readonly sde: Sde; readonly noise: (t: number) => number }): Weighting;
}

export interface Problem {
  readonly kind: 'process';
  readonly sde: Sde;
  readonly data: Dataset;
  readonly times: TimeSampler;
  readonly schedule: ReturnType<ScheduleDefinition['create']>;
  readonly weighting: (noise: (t: number) => number) => Weighting;
}
