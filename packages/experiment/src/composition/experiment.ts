/**
 * An experiment: every part chosen, checked against the others, its options complete. Nothing is computed yet.
 *
 * The resolved configuration has every default written out and gives the same experiment when it is opened again.
 */
import {
  checkFactor,
  checkModel,
  checkObjective,
  checkSchedule,
  checkWeighting,
  fail,
  type Key,
  type ModelDefinition,
  noiseRangeOf,
  type Objective,
  type ObjectiveDefinition,
  type PluginSpec,
  type Problem,
  type ProcessProblem,
  rootKey,
  type Sde,
  type WeightingOf,
} from '@fokker/core';
import { type ReadConfig, readConfig } from '../config/read.js';
import type { ExperimentConfig, ParsedConfig } from '../config/schema.js';
import type { ConfigSource } from '../config/source.js';
import { checkBatch, checkHistory, chooseMetrics, chooseSampling, evaluationTimes } from './choices.js';
import { located } from './located.js';
import { type ChosenPart, choosePart } from './parts.js';
import type { LoadedPlugins } from './plugins.js';
import { isWritten, type OpenProcess, openProcess, pluginsOf } from './process.js';

export interface Experiment extends OpenProcess {
  readonly config: ExperimentConfig;
  readonly objective: { readonly definition: ObjectiveDefinition; readonly instance: Objective };
  readonly model: { readonly definition: ModelDefinition; readonly options: unknown };
  readonly problem: Problem;
  readonly key: Key;
  /** Where its configuration was written. */
  readonly source: ConfigSource;
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

/** Refuses a network without a potential where the loss reads one. */
function checkPotential(
  { readsPotential }: Objective,
  { definition, options }: { readonly definition: ModelDefinition; readonly options: unknown },
  sde: Sde,
  where: string | undefined,
): void {
  if (readsPotential !== true) return;
  const range = noiseRangeOf(sde);
  const { kind } = definition.create(options, { dim: sde.dim, featureDim: 0, outputDim: range.rank, range });
  if (kind === 'potential') return;
  fail('E_INCOMPATIBLE', {
    summary: `model '${definition.id}' has no potential, which the objective reads`,
    got: 'a network that gives a score only',
    expected: 'a network whose score is the gradient of a potential',
    tryThis: ['model.id: energy', 'objective.form: score'],
    where,
  });
}

/** What a density means where the configuration says nothing: what is written for processes does not fit it. */
const densityDefaults = [
  [['objective'], { id: 'lcss' }],
  [['model'], { id: 'energy' }],
  [['sampling', 'reverse'], { id: 'langevin' }],
  [
    ['evaluation', 'methods'],
    ['reverse', 'control-unreversed', 'control-gaussian'],
  ],
] as const;

function withDefaults(read: ReadConfig, { timeless }: Sde): ParsedConfig {
  const parsed = structuredClone(read.parsed);
  if (timeless !== true) return parsed;
  for (const [path, value] of densityDefaults) {
    if (isWritten(read, ...path)) continue;
    const section = path.length === 1 ? parsed : Reflect.get(parsed, path[0]);
    Reflect.set(section, path.at(-1)!, structuredClone(value));
  }
  return parsed;
}

/** Composes a configuration that has been read, with its plugins loaded. */
export async function compose(
  given: ReadConfig,
  loaded: LoadedPlugins,
  { plugins = [], out }: Omit<OpenOptions, 'set'>,
): Promise<Experiment> {
  const { source, directory } = given;
  const open = await openProcess(given, loaded);
  const { registry, sde, data } = open;
  const parsed = withDefaults(given, sde);
  const read = { ...given, parsed };

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
  checkSchedule(schedule.definition, sde, registry, {
    process: parsed.process.id,
    where: source.where(['schedule', 'id']),
  });
  const times = choosePart(registry, 'times', parsed.times, source, ['times']);
  const weighting = choosePart(registry, 'weighting', parsed.weighting, source, ['weighting']);
  const model = choosePart(registry, 'model', parsed.model, source, ['model']);
  checkWeighting(weighting.definition, objective.definition, registry, { where: source.where(['weighting', 'id']) });
  checkModel(model.definition, model.options, objective.definition, { where: source.where(['model', 'id']) });
  const instance = objective.definition.create(objective.options);
  checkPotential(instance, model, sde, source.where(['model', 'id']));
  checkBatch(read, instance);

  const weightingOf: WeightingOf = (noise) =>
    located(source, ['weighting'], () => {
      const made = weighting.definition.create(weighting.options, { sde, noise });
      checkFactor(weighting.definition, made);
      return made;
    });
  const problem: Problem =
    sde.timeless === true
      ? { kind: 'density', data, weighting: weightingOf }
      : {
          kind: 'process',
          sde,
          data,
          times: located(source, ['times'], () => times.definition.create(times.options, sde)),
          schedule: locatedSchedule(schedule, source),
          weighting: weightingOf,
        };
  checkHistory(read, problem);
  problem.weighting(() => 1); // a weight that does not fit is refused here and not in a worker
  const { directoryFromHere: _, ...sections } = parsed; // of the file that was read, not of the experiment
  const config: ExperimentConfig = {
    ...sections,
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
    source,
    out,
  };
}

/** A schedule is chosen when training begins; what is refused then still knows its place. */
function locatedSchedule(
  { definition, options }: ChosenPart<'schedule'>,
  source: ConfigSource,
): ProcessProblem['schedule'] {
  const rule = located(source, ['schedule'], () => definition.create(options));
  return {
    prepare: (...question) => located(source, ['schedule', 'id'], () => rule.prepare(...question)),
    restore: (...question) => rule.restore(...question),
  };
}

/** Reads, checks and composes: a file name or the same as an object. Throws E_FILE, E_CONFIG, E_UNKNOWN_ID, E_PARAMETERS, E_CAPABILITY, E_WEIGHT, E_PLUGIN. */
export async function openExperiment(config: string | object, options: OpenOptions = {}): Promise<Experiment> {
  const read = await readConfig(config, options.set);
  return compose(read, await pluginsOf(read, options.plugins ?? []), options);
}
