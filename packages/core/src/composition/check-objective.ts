/**
 * Does an objective fit a process? Decided by capabilities and the kind of noise, before anything is trained; a refusal names what is missing, what the process has,
 * and the objectives that would do.
 */
import type { CapabilityName } from '../contracts/capabilities.js';
import type { ObjectiveDefinition } from '../contracts/objective.js';
import type { ScheduleDefinition, Weighting, WeightingDefinition } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { noiseRangeOf } from '../linearise/range.js';
import { capabilityMeanings, derivedCapabilities, ownCapabilities } from './capability-names.js';
import type { Registry } from './registry.js';

export interface CheckContext {
  /** Id of the process, for the message. */
  readonly process?: string | undefined;
  /** Place of the choice in a file. */
  readonly where?: string | undefined;
}

/** What a noise coefficient or a weight may read, least first. */
const reach = ['none', 'time', 'state', 'start'] as const;
const within = (read: (typeof reach)[number], most: (typeof reach)[number]): boolean =>
  reach.indexOf(read) <= reach.indexOf(most);

const missing = (needs: readonly CapabilityName[], sde: Sde): readonly string[] =>
  needs.filter((name) => sde[name] === undefined).map((name) => `'${name}', ${capabilityMeanings[name]}`);

/** What the objective expects of a process and this one does not give; empty where they fit. */
const unmet = (definition: ObjectiveDefinition, sde: Sde): readonly string[] => {
  const { problems = ['process'] } = definition;
  if (sde.timeless !== true) return problems.includes('process') ? unmetByProcess(definition, sde) : ['a density'];
  return problems.includes('density') ? [] : ['a process that carries the data through time'];
};

const unmetByProcess = ({ needs, noise = 'state' }: ObjectiveDefinition, sde: Sde): readonly string[] => [
  ...missing(needs, sde),
  ...(within(sde.diffusion.dependsOn, noise)
    ? []
    : [`noise that ${noise === 'none' ? 'is constant' : 'depends on time at most'}`]),
  ...(noiseRangeOf(sde).rank > 0 ? [] : ['noise: without any, no part of the score acts on the process']),
];

/** Every objective that can train on the process. */
export const fittingObjectives = (registry: Registry, sde: Sde): readonly ObjectiveDefinition[] =>
  registry.list('objective').filter((definition) => unmet(definition, sde).length === 0);

/** Throws E_CAPABILITY. */
export const checkObjective = (
  definition: ObjectiveDefinition,
  sde: Sde,
  registry: Registry,
  { process, where }: CheckContext = {},
): void => {
  const expected = unmet(definition, sde);
  if (expected.length === 0) return;
  const fitting = fittingObjectives(registry, sde);
  fail('E_CAPABILITY', {
    summary: `objective '${definition.id}' cannot train on ${process === undefined ? 'this process' : `process '${process}'`}`,
    got:
      sde.timeless === true
        ? 'a density: data without a process'
        : `${sde.affine === true ? 'an affine drift' : 'a nonlinear drift'}${noiseText(sde)}: it provides ${provided(sde)}`,
    expected: expected.join('; '),
    tryThis:
      fitting.length === 0
        ? ['give the process what is expected', 'or load a plugin with another objective']
        : fitting.map(({ id, summary }) => `objective.id: ${id}${summary === undefined ? '' : ` (${summary})`}`),
    where,
  });
};

/** Said where it may be what stands in the way. */
const noiseText = (sde: Sde): string =>
  noiseRangeOf(sde).rank === 0
    ? ' without noise'
    : sde.diffusion.dependsOn === 'state'
      ? ' and noise that depends on the state'
      : '';

const provided = (sde: Sde): string => {
  const [own, derived] = [[...ownCapabilities(sde)], [...derivedCapabilities(sde)]];
  const ownText = own.length === 0 ? 'drift and noise alone' : own.join(', ');
  return derived.length === 0 ? ownText : `${ownText}; derived: ${derived.join(', ')}`;
};

/** Can the schedule be used with the process? Throws E_CAPABILITY. */
export const checkSchedule = (
  { id, needs = [] }: ScheduleDefinition,
  sde: Sde,
  registry: Registry,
  { process, where }: CheckContext = {},
): void => {
  const expected = missing(needs, sde);
  if (expected.length === 0) return;
  fail('E_CAPABILITY', {
    summary: `schedule '${id}' cannot be used with ${process === undefined ? 'this process' : `process '${process}'`}`,
    got: `it provides ${provided(sde)}`,
    expected: expected.join('; '),
    tryThis: registry
      .list('schedule')
      .filter((other) => missing(other.needs ?? [], sde).length === 0)
      .map((other) => `schedule.id: ${other.id}${other.summary === undefined ? '' : ` (${other.summary})`}`),
    where,
  });
};

/** A factor that reads the state would be left out by objectives that take weights of t alone. Throws E_WEIGHT. */
export const checkFactor = ({ id, dependsOn }: WeightingDefinition, { factor }: Weighting): void => {
  if (factor === undefined || dependsOn !== 'time') return;
  fail('E_WEIGHT', {
    summary: `weighting '${id}' does not say what it reads`,
    got: "dependsOn: 'time', and a factor of y_t",
    expected: "dependsOn: 'state'",
    tryThis: ["dependsOn: 'state'", 'leave `factor` out'],
  });
};

/**
 * A weight that reads y_s reweights the paths through each y_t and moves the minimiser by O(lag); one that reads y_t would have to be differentiated in a loss with a divergence. Throws
 * E_WEIGHT.
 */
export const checkWeighting = (
  weighting: WeightingDefinition,
  objective: ObjectiveDefinition,
  registry: Registry,
  { where }: Pick<CheckContext, 'where'> = {},
): void => {
  const accepted = ({ dependsOn }: WeightingDefinition): boolean => within(dependsOn, objective.weights);
  if (accepted(weighting)) return;
  const words = { time: 't', state: 't and y_t', start: 'the start state y_s' } as const;
  fail('E_WEIGHT', {
    summary: `weighting '${weighting.id}' cannot be used with objective '${objective.id}'`,
    got: `a weight that reads ${words[weighting.dependsOn]}${weighting.dependsOn === 'start' ? ', which moves the minimiser by the order of the lag' : ''}`,
    expected: `a function of ${words[objective.weights]} alone`,
    tryThis: [
      ...registry
        .list('weighting')
        .filter(accepted)
        .map(({ id, summary }) => `weighting.id: ${id}${summary === undefined ? '' : ` (${summary})`}`),
      ...registry
        .list('objective')
        .filter(({ weights }) => within(weighting.dependsOn, weights))
        .map(({ id }) => `objective.id: ${id}, which takes it`),
    ],
    where,
  });
};
