/**
 * Metrics. A sample metric is a distance between two samples, reported beside its floor (what two independent samples of the same law and sizes give); a score
 * metric is the relative Fisher error of a score, with its Monte Carlo interval.
 */
import type { Batch, VectorField } from './batch.js';
import type { ScoreField } from './model.js';
import type { Key } from './random.js';
import type { Schema, Sde } from './sde.js';

export interface SampleMetric {
  distance(a: Batch, b: Batch, key: Key): number;
}

/** What is known of the true score at time t: the field itself, or only E‖s‖²_Q (MATH §7's identity needs no more). */
export type ScoreReference = { readonly score: VectorField } | { readonly fisher: number };
export interface Estimate {
  readonly value: number;
  /** 95 % Monte Carlo interval. */
  readonly low: number;
  readonly high: number;
}
export interface ScoreMetric {
  /** `samples` are independent draws of p_t. */
  error(question: {
    sde: Sde;
    score: ScoreField;
    samples: Batch;
    t: number;
    reference: ScoreReference;
  }): Promise<Estimate>;
}

export type MetricDefinition<O = unknown> = {
  readonly id: string;
  readonly summary?: string;
  readonly options: Schema<O>;
} & (
  | { readonly measures: 'samples'; create(options: O): SampleMetric }
  | { readonly measures: 'score'; create(options: O): ScoreMetric }
);
