/**
 * Metrics. A sample metric compares two samples and is reported beside its floor (what two independent samples of the same law and sizes give); a score
 * metric is the error of a score, with its Monte Carlo interval.
 */
import type { Batch, VectorField } from './batch.js';
import type { ScoreField } from './model.js';
import type { Key } from './random.js';
import type { Schema, Sde } from './sde.js';

export interface Estimate {
  readonly value: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
}

export interface SampleEstimate extends Estimate {
  /** Values of the parts that the value sums up, where there are any: one a coordinate. */
  readonly parts?: readonly number[];
}
export interface SampleMetric {
  /** Of `a`, the samples in question, from `b`, the reference. */
  distance(a: Batch, b: Batch, key: Key): number;
  /** The same with its interval, where the literature has one. */
  estimate?(a: Batch, b: Batch, key: Key): SampleEstimate;
}

/** What is known of the true score at time t: the field itself, or only E‖s‖²_Q (MATH §7's identity needs no more). */
export type ScoreReference = { readonly score: VectorField } | { readonly fisher: number };
/** `samples` are independent draws of p_t. */
export interface ScoreQuestion {
  readonly sde: Sde;
  readonly score: ScoreField;
  readonly samples: Batch;
  readonly t: number;
  /** Absent where nothing is known; asked then is a metric that needs none. */
  readonly reference?: ScoreReference | undefined;
}
export interface ScoreMetric {
  error(question: ScoreQuestion): Promise<Estimate>;
}

export type MetricDefinition<O = unknown> = {
  readonly id: string;
  readonly summary?: string;
  readonly options: Schema<O>;
} & (
  | {
      readonly measures: 'samples';
      /** Which way is closer: 'smaller' (default) for distances, 'larger' for shares of points that fit. */
      readonly closer?: 'smaller' | 'larger';
      create(options: O): SampleMetric;
    }
  | {
      readonly measures: 'score';
      /** A fraction of the mean square of the true score, as percent reads best. */
      readonly relative?: boolean;
      /** False for a figure that is had without anything known of the true score. Default true. */
      readonly needsReference?: boolean;
      create(options: O): ScoreMetric;
    }
);
