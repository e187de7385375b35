/** The distances of an evaluation, opened from its configuration, each with its name in evaluation.json: 'sliced-w2' is slicedW2. */
import type { Batch, Key, SampleMetric, ScoreMetric } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import { choosePart } from '../composition/parts.js';
import { sourceFromObject } from '../config/source.js';

export const metricName = (id: string): string => id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

export interface MetricSet {
  readonly names: readonly string[];
  /** Distances of a pair, in the order of the names; directions and the like are the same for every pair. */
  distances(a: Batch, b: Batch): number[];
}

const openMetric = (experiment: Experiment, part: { readonly id: string }) =>
  choosePart(experiment.registry, 'metric', part, sourceFromObject({}), ['evaluation', 'metrics']);

export function sampleMetrics(experiment: Experiment, key: Key): MetricSet {
  const metrics = experiment.config.evaluation.metrics.flatMap((part): { id: string; metric: SampleMetric }[] => {
    const { definition, options } = openMetric(experiment, part);
    return definition.measures === 'samples' ? [{ id: part.id, metric: definition.create(options) }] : [];
  });
  return {
    names: metrics.map(({ id }) => metricName(id)),
    distances: (a, b) => metrics.map(({ id, metric }) => metric.distance(a, b, key.at(id))),
  };
}

export function scoreMetric(
  experiment: Experiment,
): { readonly name: string; readonly metric: ScoreMetric } | undefined {
  const part = experiment.config.evaluation.score;
  const { definition, options } = openMetric(experiment, part);
  return definition.measures === 'score'
    ? { name: metricName(part.id), metric: definition.create(options) }
    : undefined;
}
