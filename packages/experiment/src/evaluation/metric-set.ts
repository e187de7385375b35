/** The distances of an evaluation, opened from its configuration, each with its name in evaluation.json: 'sliced-w2' is slicedW2. */
import type { Batch, Key, SampleEstimate, SampleMetric, ScoreMetric } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import { choosePart } from '../composition/parts.js';
import { sourceFromObject } from '../config/source.js';

export const metricName = (id: string): string => id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** A value with what its metric says of it. */
export interface Value extends Partial<SampleEstimate> {
  readonly value: number;
  /** Of shares of points that fit: larger is closer. */
  readonly closer?: 'larger';
}

export interface MetricSet {
  readonly names: readonly string[];
  /** Distances of a pair, in the order of the names; directions and the like are the same for every pair. */
  distances(a: Batch, b: Batch): number[];
  /** The same with intervals, where metrics have them: of `a`, the samples in question, from `b`, the reference. */
  values(a: Batch, b: Batch): Value[];
}

const openMetric = (experiment: Experiment, part: { readonly id: string }) =>
  choosePart(experiment.registry, 'metric', part, sourceFromObject({}), ['evaluation', 'metrics']);

export function sampleMetrics(experiment: Experiment, key: Key): MetricSet {
  interface Opened {
    readonly id: string;
    readonly metric: SampleMetric;
    readonly larger: boolean;
  }
  const metrics = experiment.config.evaluation.metrics.flatMap((part): Opened[] => {
    const { definition, options } = openMetric(experiment, part);
    if (definition.measures !== 'samples') return [];
    return [{ id: part.id, metric: definition.create(options), larger: definition.closer === 'larger' }];
  });
  return {
    names: metrics.map(({ id }) => metricName(id)),
    distances: (a, b) => metrics.map(({ id, metric }) => metric.distance(a, b, key.at(id))),
    values: (a, b) =>
      metrics.map(({ id, metric, larger }) => ({
        ...(metric.estimate?.(a, b, key.at(id)) ?? { value: metric.distance(a, b, key.at(id)) }),
        ...(larger && { closer: 'larger' as const }),
      })),
  };
}

export interface OpenScoreMetric {
  readonly name: string;
  readonly metric: ScoreMetric;
  readonly relative: boolean;
  readonly needsReference: boolean;
}

export const scoreMetrics = (experiment: Experiment): OpenScoreMetric[] =>
  experiment.config.evaluation.score.flatMap((part): OpenScoreMetric[] => {
    const { definition, options } = openMetric(experiment, part);
    if (definition.measures !== 'score') return [];
    const { relative = false, needsReference = true } = definition;
    return [{ name: metricName(part.id), metric: definition.create(options), relative, needsReference }];
  });
