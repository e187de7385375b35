/**
 * From a file name or an object to a parsed configuration. Parts are still names with untouched options here: `compose` asks their schemas.
 */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fail } from '@fokker/core';
import { readText } from '../formats/atomic.js';
import { refuseIssues } from './issues.js';
import { configSchema, type ParsedConfig } from './schema.js';
import { type ConfigSource, sourceFromObject, sourceFromText } from './source.js';

export interface ReadConfig {
  readonly parsed: ParsedConfig;
  readonly source: ConfigSource;
  /** Absolute; relative paths in the configuration start here. */
  readonly directory: string;
}

/** Throws E_FILE, E_CONFIG or E_USAGE. */
export async function readConfig(config: string | object, set: readonly string[] = []): Promise<ReadConfig> {
  const source =
    typeof config === 'string' ? sourceFromText(await readText(config), config, set) : sourceFromObject(config, set);
  const result = configSchema.safeParse(source.value);
  if (!result.success) {
    return refuseIssues(result.error, {
      schema: configSchema,
      source,
      prefix: [],
      value: source.value,
      code: 'E_CONFIG',
      what: 'the configuration',
    });
  }
  if (!names(source.value, 'process') && !names(source.value, 'data')) refuseSubjectless(source);
  refuseNameless(source);
  const base = typeof config === 'string' ? dirname(config) : '.';
  return { parsed: result.data, source, directory: directoryOf(base, result.data) };
}

const names = (value: unknown, key: string): boolean => typeof value === 'object' && value !== null && key in value;

/** Every section has a default, but nobody means them all. */
const refuseSubjectless = (source: ConfigSource): never =>
  fail('E_CONFIG', {
    summary: 'the configuration does not say what to learn',
    got: 'neither a process nor data',
    expected: 'a process, or the data whose density is learnt',
    tryThis: [
      'process: { id: active-swimmer }',
      'data: { id: two-moons }',
      'compare with examples/active-swimmer.yaml',
    ],
    where: source.where([]),
  });

/** A process without an id is one of formulas; parameters alone are of a process that somebody forgot to name. */
const refuseNameless = (source: ConfigSource): void => {
  const process = names(source.value, 'process') ? Reflect.get(Object(source.value), 'process') : undefined;
  if (typeof process !== 'object' || process === null || 'id' in process) return;
  if (['state', 'drift', 'diffusion'].some((key) => key in process)) return;
  refuseValue(source, ['process'], {
    got: `process: ${JSON.stringify(process)}`,
    expected: "an id, or equations of one's own: state, drift, diffusion",
    tryThis: ['add process.id  (fokker list process shows them)', 'docs/formulas.md says how equations are typed'],
  });
};

/** Where relative paths start. A run that was moved together with what it names finds it from where it is now. */
function directoryOf(base: string, { directory = '.', directoryFromHere }: ParsedConfig): string {
  const named = resolve(base, directory);
  return directoryFromHere === undefined || existsSync(named) ? named : resolve(base, directoryFromHere);
}

/** Refuses a value that only makes sense within others: E_CONFIG with its place. */
export const refuseValue = (
  source: ConfigSource,
  path: readonly (string | number)[],
  details: { readonly got: string; readonly expected: string; readonly tryThis: readonly string[] },
): never =>
  fail('E_CONFIG', {
    summary: `the configuration does not fit at '${path.join('.')}'`,
    ...details,
    where: source.where(path),
  });
