/**
 * A plugin is data and factories; its author never meets the container.
 */
import type { LikelihoodDefinition } from './likelihood.js';
import type { MetricDefinition } from './metric.js';
import type { ModelDefinition } from './model.js';
import type { ObjectiveDefinition } from './objective.js';
import type { DatasetDefinition, ScheduleDefinition, TimeSamplerDefinition, WeightingDefinition } from './problem.js';
import type { QuantityDefinition } from './quantity.js';
import type { SamplerDefinition } from './sampler.js';
import type { SdeDefinition } from './sde.js';

/** The kinds of part, each with the type of its definition. */
export interface Parts {
  sde: SdeDefinition;
  objective: ObjectiveDefinition;
  sampler: SamplerDefinition;
  model: ModelDefinition;
  metric: MetricDefinition;
  quantity: QuantityDefinition;
  likelihood: LikelihoodDefinition;
  dataset: DatasetDefinition;
  schedule: ScheduleDefinition;
  times: TimeSamplerDefinition;
  weighting: WeightingDefinition;
}
export type PartKind = keyof Parts;

export const apiVersion = 1;

export interface Plugin {
  readonly name: string;
  readonly apiVersion: number;
  readonly version?: string;
  readonly parts: { readonly [K in PartKind]?: readonly Parts[K][] };
}
