/**
 * An experiment: every part chosen, checked against the others, its options complete. Nothing is computed yet.
 *
 * The resolved configuration has every default written out and gives the same experiment when it is opened again.
 */
import {
  checkObjective,
  checkWeighting,
  type Key,
  type ModelDefinition,
  type Objective,
  type ObjectiveDefinition,
  type PluginSpec,
  type Problem,
  rootKey,
} from '@fokker/core';
import { type ReadConfig, readConfig, refuseValue } from '../config/read.js';
import type { ExperimentConfig } from '../config/schema.js';
import { located } from './located.js';
import { choosePart } from './parts.js';
import { type OpenProcess, openProcess } from './process.js';

export interface Experiment extends OpenProcess {
  readonly config: ExperimentConfig;
  readonly objective: { readonly definition: ObjectiveDefinition; readonly instance: Objective };
  readonly model: { readonly definition: ModelDefinition; readonly options: unknown };
  readonly problem: Problem;
  readonly key: Key;
  /** Default folder of its run; `train` takes another with `out`. */
  readonly out?: string | undefined;
}

export interface OpenOptions {
  /** `path=value`, as after --set. */
  readonly set?: readonly string[] | undefined;
  /** Plugins beside those that the configuration names. */
  readonly plugins?: readonly PluginSpec[] | undefined;
  readonly out?: string | undefined;
}

/** Fractions of the span at which samples are compared unless the configuration says otherwise. */
const defaultTimes = [0.5, 0.3, 0.1, 0.025] as const;

function evaluationTimes({ parsed, source }: ReadConfig, { sde }: OpenProcess): number[] {
  const { t0, T } = sde.span;
  const from = Math.max(t0, sde.cutoff.sample);
  const times = parsed.evaluation.times ?? defaultTimes.map((fraction) => t0 + fraction * (T - t0));
  times.forEach((t, i) => {
    if (t > from && t < T) return;
    refuseValue(source, ['evaluation', 'times', i], {
      got: `t = ${t}`,
      expected: `a time between ${from}, the first of sampling, and ${T}, the horizon`,
      tryThis: ['choose a time inside the span', 'lengthen the horizon of the process'],
    });
  });
  return times;
}

function checkBatch({ parsed, source }: ReadConfig, objective: Objective): void {
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

function chooseSampling({ parsed, source }: ReadConfig, { registry }: OpenProcess) {
  const reverse = choosePart(registry, 'sampler', parsed.sampling.reverse, source, ['sampling', 'reverse']);
  const flow = choosePart(registry, 'sampler', parsed.sampling.flow, source, ['sampling', 'flow']);
  if (flow.definition.direction !== 'both') {
    refuseValue(source, ['sampling', 'flow', 'id'], {
      got: `sampler '${flow.definition.id}', which runs backwards only`,
      expected: 'a sampler that also runs forward in time',
      tryThis: registry.list('sampler').flatMap(({ id, direction }) => (direction === 'both' ? [`id: ${id}`] : [])),
    });
  }
  return { ...parsed.sampling, reverse: reverse.resolved, flow: flow.resolved };
}

function chooseMetrics({ parsed, source }: ReadConfig, { registry }: OpenProcess) {
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
  const score = choosePart(registry, 'metric', parsed.evaluation.score, source, ['evaluation', 'score']);
  demand(['evaluation', 'score'], score.definition.id, 'score', score.definition.measures);
  return { metrics, score: score.resolved };
}

/** Composes a configuration that has been read. */
export async function compose(read: ReadConfig, { plugins = [], out }: OpenOptions): Promise<Experiment> {
  const { parsed, source, directory } = read;
  const open = await openProcess(read, plugins);
  const { registry, sde, data } = open;

  // Before its options are looked at: an objective that cannot fit is the better news.
  const objectiveDefinition = located(source, ['objective', 'id'], () =>
    registry.get('objective', parsed.objective.id),
  );
  checkObjective(objectiveDefinition, sde, registry, {
    process: parsed.process.id,
    where: source.where(['objective', 'id']),
  });
  const objective = choosePart(registry, 'objective', parsed.objective, source, ['objective']);
  const schedule = choosePart(registry, 'schedule', parsed.schedule, source, ['schedule']);
  const times = choosePart(registry, 'times', parsed.times, source, ['times']);
  const weighting = choosePart(registry, 'weighting', parsed.weighting, source, ['weighting']);
  const model = choosePart(registry, 'model', parsed.model, source, ['model']);
  checkWeighting(weighting.definition, objective.definition, registry, { where: source.where(['weighting', 'id']) });
  const instance = objective.definition.create(objective.options);
  checkBatch(read, instance);

  const problem: Problem = {
    kind: 'process',
    sde,
    data,
    times: located(source, ['times'], () => times.definition.create(times.options, sde)),
    schedule: located(source, ['schedule'], () => schedule.definition.create(schedule.options)),
    weighting: (noise) =>
      located(source, ['weighting'], () => weighting.definition.create(weighting.options, { sde, noise })),
  };
  problem.weighting(() => 1); // a weight that does not fit is refused here and not in a worker
  const config: ExperimentConfig = {
    ...parsed,
    plugins: [...new Set([...parsed.plugins, ...plugins.filter((spec) => typeof spec === 'string')])],
    ...open.resolved,
    objective: objective.resolved,
    schedule: schedule.resolved,
    times: times.resolved,
    weighting: weighting.resolved,
    model: model.resolved,
    simulation: open.simulation,
    sampling: chooseSampling(read, open),
    evaluation: { ...parsed.evaluation, ...chooseMetrics(read, open), times: evaluationTimes(read, open) },
    directory,
    versions: { ...open.versions },
  };
  return {
    ...open,
    config,
    objective: { definition: objective.definition, instance },
    model: { definition: model.definition, options: model.options },
    problem,
    key: rootKey(parsed.seed),
    out,
  };
}

/** Reads, checks and composes: a file name or the same as an object. Throws E_FILE, E_CONFIG, E_UNKNOWN_ID, E_PARAMETERS, E_CAPABILITY, E_WEIGHT, E_PLUGIN. */
export const openExperiment = async (config: string | object, options: OpenOptions = {}): Promise<Experiment> =>
  compose(await readConfig(config, options.set), options);
