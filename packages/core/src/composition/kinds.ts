/**
 * The kinds of part: the word people read for each, and the field of its definition that holds the schema.
 */
import type { PartKind, Parts } from '../contracts/plugin.js';
import type { Schema } from '../contracts/sde.js';

/** Kind → its word in messages and in configuration files. */
export const kindWords = {
  sde: 'process',
  objective: 'objective',
  sampler: 'sampler',
  model: 'model',
  metric: 'metric',
  quantity: 'quantity',
  likelihood: 'likelihood',
  dataset: 'data set',
  schedule: 'schedule',
  times: 'time sampler',
  weighting: 'weighting',
} as const satisfies Record<PartKind, string>;

export const partKinds: readonly PartKind[] = [
  'sde',
  'objective',
  'sampler',
  'model',
  'metric',
  'quantity',
  'likelihood',
  'dataset',
  'schedule',
  'times',
  'weighting',
];

/** What the values given to a part are called: a process has parameters, everything else options. */
export const schemaWord = (kind: PartKind): 'parameters' | 'options' => (kind === 'sde' ? 'parameters' : 'options');

export const schemaOf = (definition: Parts[PartKind]): Schema<unknown> =>
  'parameters' in definition ? definition.parameters : definition.options;
