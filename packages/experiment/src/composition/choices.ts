/**
 * Choices of a configuration that have to fit the process or the objective: batches, samplers, metrics, times. Each throws E_CONFIG with its place.
 */
import type { Objective, Problem } from '@fokker/core';
import { type ReadConfig, refuseValue } from '../config/read.js';
import { choosePart } from './parts.js';
import type { OpenProcess } from './process.js';

/** Fractions of the span at which samples are compared unless the configuration says otherwise. */
export const defaultTimes = [0.5, 0.3, 0.1, 0.025] as const;

/** The first time of sampling; smooth data admit t0 itself, where the network is asked outside the times it was trained on by `cutoff.train` at most. */
function samplingCutoff({ parsed, source }: ReadConfig, { sde }: OpenProcess): number {
  const { t0, T } = sde.span;
  const cutoff = parsed.sampling.cutoff ?? Math.max(t0, sde.cutoff.sample);
  if (cutoff >= t0 && cutoff < T) return cutoff;
  return refuseValue(source, ['sampling', 'cutoff'], {
    got: `t = ${cutoff}`,
    expected: `a time from ${t0} to below ${T}, the horizon`,
    tryThis: [`sampling.cutoff: ${Math.max(t0, sde.cutoff.sample)}`],
  });
}

/** Inside the span, after the first time of sampling. */
export function evaluationTimes(read: ReadConfig, open: OpenProcess): number[] {
  const { parsed, source } = read;
  const { t0, T } = open.sde.span;
  const from = samplingCutoff(read, open);
  const timeless = open.sde.timeless === true;
  const usual = timeless ? [t0] : defaultTimes.map((fraction) => t0 + fraction * (T - t0));
  const times = parsed.evaluation.times ?? usual;
  times.forEach((t, i) => {
    if ((t > from || (timeless && t === t0)) && t < T) return;
    refuseValue(source, ['evaluation', 'times', i], {
      got: `t = ${t}`,
      expected: `a time between ${from}, the first of sampling, and ${T}, the horizon`,
      tryThis: ['choose a time inside the span', 'lengthen the horizon of the process'],
    });
  });
  return times;
}

/** From the start of the span to before the horizon. */
function checkSampleTimes({ parsed, source }: ReadConfig, { sde }: OpenProcess): void {
  const { t0, T } = sde.span;
  parsed.sampling.times?.forEach((t, i) => {
    if (t >= t0 && t < T) return;
    refuseValue(source, ['sampling', 'times', i], {
      got: `t = ${t}`,
      expected: `a time from ${t0} to below ${T}, the horizon`,
      tryThis: ['choose a time inside the span'],
    });
  });
}

/** A batch holds whole samples. */
export function checkBatch({ parsed, source }: ReadConfig, objective: Objective): void {
  const rows = objective.rowsPerSample;
  (['batch', 'heldOut'] as const).forEach((name) => {
    const value = parsed.training[name];
    if (value % rows === 0) return;
    refuseValue(source, ['training', name], {
      got: `${value} rows`,
      expected: `a multiple of ${rows}: this objective makes ${rows} rows of every sample`,
      tryThis: [`training.${name}: ${rows * Math.ceil(value / rows)}`],
    });
  });
}

/** The flow has to run forward in time too. */
export function chooseSampling(read: ReadConfig, open: OpenProcess) {
  const { parsed, source } = read;
  const { registry } = open;
  const reverse = choosePart(registry, 'sampler', parsed.sampling.reverse, source, ['sampling', 'reverse']);
  const flow = choosePart(registry, 'sampler', parsed.sampling.flow, source, ['sampling', 'flow']);
  if (flow.definition.direction !== 'both') {
    refuseValue(source, ['sampling', 'flow', 'id'], {
      got: `sampler '${flow.definition.id}', which runs backwards only`,
      expected: 'a sampler that also runs forward in time',
      tryThis: registry.list('sampler').flatMap(({ id, direction }) => (direction === 'both' ? [`id: ${id}`] : [])),
    });
  }
  checkSampleTimes(read, open);
  return { ...parsed.sampling, cutoff: samplingCutoff(read, open), reverse: reverse.resolved, flow: flow.resolved };
}

/** Distances between samples, and errors of a score. */
export function chooseMetrics({ parsed, source }: ReadConfig, { registry }: OpenProcess) {
  const demand = (path: readonly (string | number)[], id: string, measures: 'samples' | 'score', found: string) => {
    if (found === measures) return;
    refuseValue(source, [...path, 'id'], {
      got: `metric '${id}', which measures ${found}`,
      expected: `a metric that measures ${measures}`,
      tryThis: registry.list('metric').flatMap((metric) => (metric.measures === measures ? [`id: ${metric.id}`] : [])),
    });
  };
  const metrics = parsed.evaluation.metrics.map((part, i) => {
    const chosen = choosePart(registry, 'metric', part, source, ['evaluation', 'metrics', i]);
    demand(['evaluation', 'metrics', i], part.id, 'samples', chosen.definition.measures);
    return chosen.resolved;
  });
  // One error may stand alone in the file: then its keys are those of `score` itself.
  const listed = Array.isArray(Object(Object(source.value).evaluation).score);
  const score = parsed.evaluation.score.map((part, i) => {
    const path = ['evaluation', 'score', ...(listed ? [i] : [])];
    const chosen = choosePart(registry, 'metric', part, source, path);
    demand(path, part.id, 'score', chosen.definition.measures);
    return chosen.resolved;
  });
  return { metrics, score };
}

/** Batches are prepared ahead of the losses that their times follow. */
export function checkHistory({ parsed, source }: ReadConfig, problem: Problem): void {
  const every = problem.kind === 'process' ? problem.times.history?.every : undefined;
  const { ahead } = parsed.training;
  if (every === undefined || every >= 2 * ahead) return;
  refuseValue(source, ['times', 'every'], {
    got: `${every} steps`,
    expected: `at least ${2 * ahead}, twice training.ahead: batches are prepared before the losses are known`,
    tryThis: [`times.every: ${2 * ahead}`, `training.ahead: ${Math.max(1, Math.floor(every / 2))}`],
  });
}
