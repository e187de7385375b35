/**
 * Authoring helpers: each returns its argument, with the type of the options taken from the schema, so that `create` is checked against it.
 *
 * A definition is data plus a factory; it knows no container and may be written in any file.
 */
import { checkPlugin } from './composition/check-plugin.js';
import type { LikelihoodDefinition } from './contracts/likelihood.js';
import type { MetricDefinition } from './contracts/metric.js';
import type { ModelDefinition } from './contracts/model.js';
import type { ObjectiveDefinition } from './contracts/objective.js';
import type { Plugin } from './contracts/plugin.js';
import type {
  DatasetDefinition,
  ScheduleDefinition,
  TimeSamplerDefinition,
  WeightingDefinition,
} from './contracts/problem.js';
import type { QuantityDefinition } from './contracts/quantity.js';
import type { SamplerDefinition } from './contracts/sampler.js';
import type { SdeDefinition } from './contracts/sde.js';

export const defineSde = <P>(definition: SdeDefinition<P>): SdeDefinition<P> => definition;
export const defineObjective = <O>(definition: ObjectiveDefinition<O>): ObjectiveDefinition<O> => definition;
export const defineSampler = <O>(definition: SamplerDefinition<O>): SamplerDefinition<O> => definition;
export const defineModel = <O>(definition: ModelDefinition<O>): ModelDefinition<O> => definition;
export const defineMetric = <O, M extends MetricDefinition<O>>(definition: M & MetricDefinition<O>): M => definition;
export const defineQuantity = <O>(definition: QuantityDefinition<O>): QuantityDefinition<O> => definition;
export const defineLikelihood = <O>(definition: LikelihoodDefinition<O>): LikelihoodDefinition<O> => definition;
export const defineDataset = <O>(definition: DatasetDefinition<O>): DatasetDefinition<O> => definition;
export const defineSchedule = <O>(definition: ScheduleDefinition<O>): ScheduleDefinition<O> => definition;
export const defineTimes = <O>(definition: TimeSamplerDefinition<O>): TimeSamplerDefinition<O> => definition;
export const defineWeighting = <O>(definition: WeightingDefinition<O>): WeightingDefinition<O> => definition;

/** Checks the plugin as `loadPlugins` will; throws E_PLUGIN or E_PLUGIN_VERSION. */
export const definePlugin = (plugin: Plugin): Plugin => checkPlugin(plugin);
