/**
 * From `{ id: active-swimmer, gamma: 0.2 }` to a definition and checked options.
 *
 * Defaults are filled in by the schema; a key the schema does not know is refused, since a misspelt parameter that is silently dropped trains the wrong
 * process.
 */
import type { PartKind, Parts } from '../contracts/plugin.js';
import { fail } from '../errors.js';
import { describeValue } from './check-plugin.js';
import { closedKeys, describeSchema, type ParameterRow } from './describe-schema.js';
import { kindWords, schemaOf, schemaWord } from './kinds.js';
import { probablyMeant } from './nearest.js';
import type { Registry } from './registry.js';

export type OptionPath = readonly (string | number)[];

export interface PartInput {
  readonly id: string;
  readonly [option: string]: unknown;
}

export interface ParseContext {
  /** Where an option stands in a file, `examples/active-swimmer.yaml:7:7`; the path begins inside the part: ['gamma']. */
  locate?(path: OptionPath): string | undefined;
}

export interface ParsedPart<K extends PartKind> {
  readonly definition: Parts[K];
  /** Checked, with every default written out: what `definition.create` takes. */
  readonly options: unknown;
}

/** Throws E_UNKNOWN_ID and E_PARAMETERS. */
export const parsePart = <K extends PartKind>(
  registry: Registry,
  kind: K,
  { id, ...options }: PartInput,
  context: ParseContext = {},
): ParsedPart<K> => {
  const definition = registry.get(kind, id);
  return { definition, options: parseOptions(kind, definition, options, context) };
};

/** The same for a definition at hand. Throws E_PARAMETERS. */
export const parseOptions = <K extends PartKind>(
  kind: K,
  definition: Parts[K],
  options: Readonly<Record<string, unknown>>,
  context: ParseContext = {},
): unknown => {
  const name = `${kindWords[kind]} '${definition.id}'`;
  const rows = describeSchema(schemaOf(definition));
  const closed = closedKeys(schemaOf(definition));
  const unknown = closed && Object.keys(options).find((key) => !closed.includes(key));
  if (unknown !== undefined) refuseUnknown(kind, name, unknown, options[unknown], rows, context);

  const result = schemaOf(definition).safeParse(options);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => {
    const path = issue.path.map(step);
    const row = path.length === 1 && issue.code !== 'custom' ? rows.find(({ name }) => name === path[0]) : undefined;
    return { path, message: row?.type ?? issue.message };
  });
  const at = new Set(issues.map(({ path }) => path[0]));
  const concerned = rows.filter((row) => at.has(row.name));
  return fail('E_PARAMETERS', {
    summary: `${name} refuses its ${schemaWord(kind)}`,
    got: issues.map(({ path }) => `${joined(path)}: ${describeValue(valueAt(options, path))}`).join('; '),
    expected: issues.map(({ path, message }) => `${joined(path)}: ${message}`).join('; '),
    tryThis: accepted(name, concerned.length === 0 ? rows : concerned),
    where: context.locate?.(issues[0]?.path ?? []),
  });
};

const refuseUnknown = (
  kind: PartKind,
  name: string,
  key: string,
  value: unknown,
  rows: readonly ParameterRow[],
  { locate }: ParseContext,
): never => {
  const names = rows.map((row) => row.name);
  const meant = probablyMeant(key, names);
  return fail('E_PARAMETERS', {
    summary: `${name} has no ${schemaWord(kind).slice(0, -1)} '${key}'`,
    got: `${key}: ${describeValue(value)}`,
    expected: names.length === 0 ? `no ${schemaWord(kind)}` : `one of ${names.join(', ')}`,
    tryThis: meant === undefined ? accepted(name, rows) : [`${meant}: ${describeValue(value)}`],
    where: locate?.([key]),
  });
};

/** One line a parameter. */
const accepted = (name: string, rows: readonly ParameterRow[]): readonly string[] =>
  rows.length === 0
    ? [`leave it out: ${name} takes none`]
    : rows.map((row) => {
        const given = 'default' in row ? `, default ${JSON.stringify(row.default)}` : row.required ? ', required' : '';
        return `${row.name}: ${row.type}${given}${row.description === undefined ? '' : ` (${row.description})`}`;
      });

const step = (key: PropertyKey): string | number => (typeof key === 'number' ? key : String(key));
const joined = (path: OptionPath): string => (path.length === 0 ? 'the whole' : path.join('.'));
const valueAt = (value: unknown, path: OptionPath): unknown =>
  path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), value);
