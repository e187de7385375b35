/**
 * Log-likelihoods of data under a process with a score: what a method is asked, and what it says with which right.
 */
import type { Batch } from './batch.js';
import type { ScoreField } from './model.js';
import type { Key } from './random.js';
import type { LostPath } from './sampler.js';
import type { Schema, Sde } from './sde.js';

/** log π of the state at the end of the process, π ≈ p_T: writes [n]. */
export type LogDensity = (y: Batch, out: Float64Array) => void;

export interface LikelihoodJob {
  readonly sde: Sde;
  readonly score: ScoreField;
  /** States at time `from`, [n, d]; not modified. */
  readonly data: Batch;
  readonly from: number;
  /** Where `terminal` is the law of the state. */
  readonly to: number;
  readonly terminal: LogDensity;
  readonly key: Key;
  /** Global index of row 0: row i draws as row first + i. */
  readonly first?: number;
  readonly onStep?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/** In nats, one entry a row. */
export interface LogLikelihood {
  /** log p_from(x), or what the method puts in its place; NaN of a path that was lost. */
  readonly value: Float64Array;
  /** Standard error of `value` by the method's own randomness; zero where it has none. */
  readonly standardError: Float64Array;
  /** 95 % interval of `value` by that randomness. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly lost: readonly LostPath[];
}

/**
 *     density    log p_from(x) itself, up to the error of the score, of π and of the tolerance
 *     bound      in expectation at most log p of the generative model, reverse SDE from π
 *     estimate   of that bound, with the error of a local linearisation
 */
export type LikelihoodKind = 'density' | 'bound' | 'estimate';

export interface Likelihood {
  readonly kind: LikelihoodKind;
  /** Row i depends on row i of the data and on (key, first + i) alone. */
  logLikelihood(job: LikelihoodJob): Promise<LogLikelihood>;
}
export interface LikelihoodDefinition<O = unknown> {
  readonly id: string;
  readonly summary?: string;
  readonly options: Schema<O>;
  create(options: O): Likelihood;
}
