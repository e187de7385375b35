/**
 * Is this value a plugin? Asked of everything that comes from outside, before any part of it is used, so that a missing `create` is reported with its
 * place in the plugin and not as a TypeError inside a training run.
 */
import { z } from 'zod';
import { apiVersion, type Plugin } from '../contracts/plugin.js';
import { fail } from '../errors.js';
import { capabilityNames } from './capability-names.js';
import { partKinds } from './kinds.js';

const isSchema = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'safeParse' in value && typeof value.safeParse === 'function';

const factory = z.custom((value) => typeof value === 'function', 'expected a function');
const schema = z.custom(isSchema, 'expected a zod schema, e.g. z.object({ … })');
const id = z
  .string('expected a string')
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected letters, digits, dots, dashes and underscores, e.g. active-swimmer');
const part = { id, summary: z.string('expected a string').optional(), create: factory };
const withOptions = { ...part, options: schema };
const needs = z.array(z.enum(capabilityNames, `expected names of capabilities: ${capabilityNames.join(', ')}`));

const definitions = {
  sde: z.looseObject({ ...part, parameters: schema }),
  objective: z.looseObject({
    ...withOptions,
    needs,
    noise: z.enum(['none', 'time', 'state'], "expected 'none', 'time' or 'state'").optional(),
    weights: z.enum(['time', 'state'], "expected 'time' or 'state'"),
    derivatives: z.literal([1, 2], 'expected 1 or 2'),
  }),
  sampler: z.looseObject({ ...withOptions, direction: z.enum(['reverse', 'both'], "expected 'reverse' or 'both'") }),
  model: z.looseObject({ ...withOptions, smoothness: factory }),
  metric: z.looseObject({
    ...withOptions,
    measures: z.enum(['samples', 'score'], "expected 'samples' or 'score'"),
    closer: z.enum(['smaller', 'larger'], "expected 'smaller' or 'larger'").optional(),
    relative: z.boolean('expected true or false').optional(),
  }),
  quantity: z.looseObject({
    ...withOptions,
    reads: z.enum(['score', 'process'], "expected 'score' or 'process'"),
  }),
  likelihood: z.looseObject(withOptions),
  dataset: z.looseObject(withOptions),
  schedule: z.looseObject({ ...withOptions, needs: needs.optional() }),
  times: z.looseObject(withOptions),
  weighting: z.looseObject({
    ...withOptions,
    dependsOn: z.enum(['time', 'state', 'start'], "expected 'time', 'state' or 'start'"),
  }),
};
const listOf = <T extends z.ZodType>(definition: T) => z.array(definition, 'expected a list of definitions').optional();

const pluginSchema = z.looseObject({
  name: z.string('expected a string').min(1, 'expected a name'),
  apiVersion: z.number('expected a number'),
  version: z.string('expected a string').optional(),
  parts: z.strictObject(
    {
      sde: listOf(definitions.sde),
      objective: listOf(definitions.objective),
      sampler: listOf(definitions.sampler),
      model: listOf(definitions.model),
      metric: listOf(definitions.metric),
      quantity: listOf(definitions.quantity),
      likelihood: listOf(definitions.likelihood),
      dataset: listOf(definitions.dataset),
      schedule: listOf(definitions.schedule),
      times: listOf(definitions.times),
      weighting: listOf(definitions.weighting),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys' ? `expected only ${partKinds.join(', ')}` : 'expected an object',
    },
  ),
});

const isPlugin = (value: unknown): value is Plugin => pluginSchema.safeParse(value).success;

/** A few words for a value nobody asked for. */
export const describeValue = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `the string '${value}'`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty object' : `an object with ${keys.slice(0, 8).join(', ')}`;
};

const skeleton = "export default definePlugin({ name: '@me/swimmers', apiVersion: 1, parts: { sde: [swimmer] } })";

const nameOf = (value: unknown): string => {
  const named = z.looseObject({ name: z.string() }).safeParse(value);
  return named.success ? `plugin '${named.data.name}'` : 'what was given as a plugin';
};

/** The value itself, as a plugin. `source` names it in messages. Throws E_PLUGIN, E_PLUGIN_VERSION. */
export const checkPlugin = (value: unknown, source = nameOf(value)): Plugin => {
  const version = z.looseObject({ apiVersion: z.number() }).safeParse(value);
  if (version.success && version.data.apiVersion !== apiVersion) {
    return fail('E_PLUGIN_VERSION', {
      summary: `${source} is written for another API version`,
      got: `apiVersion: ${version.data.apiVersion}`,
      expected: `apiVersion: ${apiVersion}`,
      tryThis:
        version.data.apiVersion > apiVersion
          ? ['update Fokker: npm install @fokker/core@latest', 'or install an older release of the plugin']
          : [
              'install a newer release of the plugin',
              'or port it: CHANGELOG.md lists what changed between API versions',
            ],
    });
  }
  if (isPlugin(value)) return value;
  const issue = pluginSchema.safeParse(value).error?.issues[0];
  const path = (issue?.path ?? []).reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`,
    '',
  );
  return fail('E_PLUGIN', {
    summary: `${source} is not a plugin${path === '' ? '' : `: ${path} does not fit`}`,
    got: path === '' ? describeValue(value) : `${path}: ${describeValue(valueAt(value, issue?.path ?? []))}`,
    expected: path === '' ? 'a plugin made by definePlugin' : `${path}: ${issue?.message ?? 'another shape'}`,
    tryThis: [skeleton],
  });
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown => {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Reflect.get(at, step);
  }
  return at;
};
