/**
 * An experiment in full: the parts it is composed of, what its process has of its own and what is derived, and, where its objective linearises, over what lags and at what
 * cost. The last takes what training would do first: the preparation of the objective.
 */
import type { LinearisationError, PartKind, PluginSpec, SdeText } from '@fokker/core';
import type { PartConfig } from '../config/schema.js';
import { type ProcessText, processText, sectionOf, shownText } from './describe.js';
import { type Experiment, openExperiment } from './experiment.js';

export interface ComposedPart {
  readonly section: string;
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly plugin: string;
  readonly version: string;
}

export interface ExperimentDescription extends SdeText {
  readonly name: string;
  readonly parts: readonly ComposedPart[];
  readonly process: ProcessText;
  /** Absent where nothing is linearised: an exact transition, or an objective that needs none. */
  readonly linearisation?: LinearisationError;
}

export interface DescribeExperimentOptions {
  readonly set?: readonly string[] | undefined;
  readonly plugins?: readonly PluginSpec[] | undefined;
}

function partsOf({ config, registry, versions }: Experiment): ComposedPart[] {
  const part = (kind: PartKind, { id, ...options }: PartConfig, section = sectionOf(kind)): ComposedPart => {
    const { name } = registry.origin(kind, id);
    return { section, id, options, plugin: name, version: versions[name]! };
  };
  return [
    part('sde', config.process),
    part('dataset', config.data),
    part('objective', config.objective),
    part('schedule', config.schedule),
    part('times', config.times),
    part('weighting', config.weighting),
    part('model', config.model),
    part('sampler', config.sampling.reverse, 'sampling.reverse'),
    part('sampler', config.sampling.flow, 'sampling.flow'),
  ];
}

/** Throws what `openExperiment` throws, and what the preparation does. */
export async function describeExperiment(
  config: string | object,
  { set, plugins }: DescribeExperimentOptions = {},
): Promise<ExperimentDescription> {
  const experiment = await openExperiment(config, { set, plugins });
  const { registry, sde, text, objective, problem, key } = experiment;
  const { linearisation } = objective.instance.prepare(problem, key.at('prepare'));
  return {
    name: experiment.config.name ?? experiment.config.process.id,
    parts: partsOf(experiment),
    process: processText(registry, sde),
    ...shownText(text),
    ...(linearisation !== undefined && { linearisation }),
  };
}
