/**
 * Does an objective fit a process? Decided by capabilities alone, before anything is computed; a refusal names what is missing, what the process has, and the
 * objectives that would do.
 */
import type { CapabilityName } from '../contracts/capabilities.js';
import type { ObjectiveDefinition } from '../contracts/objective.js';
import type { WeightingDefinition } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { capabilityMeanings, derivedCapabilities, ownCapabilities } from './capability-names.js';
import type { Registry } from './registry.js';

export interface CheckContext {
  /** Id of the process, for the message. */
  readonly process?: string | undefined;
  /** Place of the choice in a file. */
  readonly where?: string | undefined;
}

/** What the objective needs and the process lacks, own and derived. */
export const missingCapabilities = (definition: ObjectiveDefinition, sde: Sde): readonly CapabilityName[] =>
  definition.needs.filter((name) => sde[name] === undefined);

/** Every objective that can train on the process. */
export const fittingObjectives = (registry: Registry, sde: Sde): readonly ObjectiveDefinition[] =>
  registry.list('objective').filter((definition) => missingCapabilities(definition, sde).length === 0);

/** Throws E_CAPABILITY. */
export const checkObjective = (
  definition: ObjectiveDefinition,
  sde: Sde,
  registry: Registry,
  { process, where }: CheckContext = {},
): void => {
  const missing = missingCapabilities(definition, sde);
  if (missing.length === 0) return;
  const fitting = fittingObjectives(registry, sde);
  fail('E_CAPABILITY', {
    summary: `objective '${definition.id}' cannot train on ${process === undefined ? 'this process' : `process '${process}'`}`,
    got: `${sde.affine === true ? 'an affine drift' : 'a nonlinear drift'}: it provides ${provided(sde)}`,
    expected: missing.map((name) => `'${name}', ${capabilityMeanings[name]}`).join('; '),
    tryThis:
      fitting.length === 0
        ? [
            `give the process ${missing.map((name) => `'${name}'`).join(' and ')}`,
            'or load a plugin with another objective',
          ]
        : fitting.map(({ id, summary }) => `objective.id: ${id}${summary === undefined ? '' : ` (${summary})`}`),
    where,
  });
};

const provided = (sde: Sde): string => {
  const [own, derived] = [[...ownCapabilities(sde)], [...derivedCapabilities(sde)]];
  const ownText = own.length === 0 ? 'drift and noise alone' : own.join(', ');
  return derived.length === 0 ? ownText : `${ownText}; derived: ${derived.join(', ')}`;
};

/** Weights by what they read, least first. */
const reach = ['time', 'state', 'start'] as const;

/**
 * A weight that reads y_s reweights the paths through each y_t and moves the minimiser by O(lag). Throws E_WEIGHT.
 */
export const checkWeighting = (
  weighting: WeightingDefinition,
  objective: ObjectiveDefinition,
  registry: Registry,
  { where }: Pick<CheckContext, 'where'> = {},
): void => {
  const accepted = (definition: WeightingDefinition): boolean =>
    reach.indexOf(definition.dependsOn) <= reach.indexOf(objective.weights);
  if (accepted(weighting)) return;
  const words = { time: 't', state: 't and y_t', start: 'the start state y_s' } as const;
  fail('E_WEIGHT', {
    summary: `weighting '${weighting.id}' cannot be used with objective '${objective.id}'`,
    got: `a weight that reads ${words[weighting.dependsOn]}${weighting.dependsOn === 'start' ? ', which moves the minimiser by the order of the lag' : ''}`,
    expected: `a function of ${words[objective.weights]} alone`,
    tryThis: registry
      .list('weighting')
      .filter(accepted)
      .map(({ id, summary }) => `weighting.id: ${id}${summary === undefined ? '' : ` (${summary})`}`),
    where,
  });
};
