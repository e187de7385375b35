/**
 * The half of an experiment that needs no score: plugins, process, data. It is all that a simulation asks for.
 */
import {
  completeSde,
  type Dataset,
  describeSde,
  type PluginSpec,
  type Sde,
  type SdeDefinition,
  type SdeText,
} from '@fokker/core';
import { type ReadConfig, refuseValue } from '../config/read.js';
import { largestCount, type ParsedConfig, type PartConfig } from '../config/schema.js';
import { boxOf, uniformOn } from '../data/density.js';
import { located, locatedAsync } from './located.js';
import { choosePart } from './parts.js';
import { type LoadedPlugins, openPlugins } from './plugins.js';

export interface OpenProcess extends LoadedPlugins {
  readonly process: SdeDefinition;
  readonly sde: Sde;
  readonly text: SdeText;
  readonly data: Dataset;
  readonly simulation: ParsedConfig['simulation'] & { readonly step: number };
  readonly resolved: { readonly process: PartConfig; readonly data: PartConfig };
}

/** Whether the file or an override says anything at a path. */
export const isWritten = ({ source: { value } }: ReadConfig, ...path: readonly string[]): boolean => {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = Reflect.get(at, key);
  }
  return true;
};

/** A thousandth of the span. */
const defaultStep = ({ span }: Sde): number => (span.T - span.t0) / 1000;

/** The largest step of a simulation; one that would need more steps than anybody waits for is refused. */
function simulationStep({ parsed, source }: ReadConfig, sde: Sde): number {
  const step = parsed.simulation.step ?? defaultStep(sde);
  const span = sde.span.T - sde.span.t0;
  if (span / step <= largestCount) return step;
  return refuseValue(source, ['simulation', 'step'], {
    got: `step ${step}: ${span / step} steps over the span`,
    expected: `at most ${largestCount} steps over the span of ${span}`,
    tryThis: [`simulation.step: ${defaultStep(sde)}`],
  });
}

/** The data asked for; without a word about data, those the process says it starts from. */
const dataOf = (read: ReadConfig, { initial }: Sde): PartConfig =>
  initial !== undefined && !isWritten(read, 'data') ? { id: 'initial' } : read.parsed.data;

/** The plugins a configuration names, and `plugins` beside them. */
export async function pluginsOf(read: ReadConfig, plugins: readonly PluginSpec[]): Promise<LoadedPlugins> {
  const { parsed, source, directory } = read;
  const specs = [...new Set([...parsed.plugins, ...plugins])];
  return locatedAsync(source, ['plugins'], () => openPlugins(specs, directory));
}

export async function openProcess(read: ReadConfig, loaded: LoadedPlugins): Promise<OpenProcess> {
  const { parsed, source, directory } = read;
  const process = choosePart(loaded.registry, 'sde', parsed.process, source, ['process']);
  const made = located(source, ['process'], () => completeSde(process.definition.create(process.options)));
  const chosen = choosePart(loaded.registry, 'dataset', dataOf(read, made), source, ['data']);
  const data = await locatedAsync(source, ['data'], async () => {
    const { dim, initial, lift } = made;
    const given = await chosen.definition.create(chosen.options, { directory, dim: lift?.dim ?? dim, initial });
    return lift === undefined || given === initial ? given : lift.from(given);
  });
  // Chains that sample a density need a start.
  const sde = made.timeless === true ? completeSde({ ...made, prior: uniformOn(boxOf(data)) }) : made;
  if (parsed.simulation.scheme === 'exact' && sde.transition === undefined) {
    refuseValue(source, ['simulation', 'scheme'], {
      got: `scheme: exact for process '${process.definition.id}', which has no exact transition`,
      expected: 'a scheme that steps in time',
      tryThis: ['simulation.scheme: heun', 'simulation.scheme: auto'],
    });
  }
  return {
    ...loaded,
    process: process.definition,
    sde,
    text: describeSde(process.definition, process.options),
    data,
    simulation: { ...parsed.simulation, step: simulationStep(read, sde) },
    resolved: { process: process.resolved, data: chosen.resolved },
  };
}
