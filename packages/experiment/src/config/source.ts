/**
 * A configuration as it was written: YAML text with the place of every key, `--set path=value` laid over it, so that an error can point to the line it is about.
 */
import { fail } from '@fokker/core';
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parse, parseDocument } from 'yaml';
import { notPlain } from './plain.js';

export type Path = readonly (string | number)[];
export const pathText = (path: Path): string => path.join('.');

export interface ConfigSource {
  /** Plain data: the file with the overrides applied. */
  readonly value: unknown;
  /** `file:line:column` of a value (or of its key), of the nearest enclosing one if there is none; for an override, `--set path=value`. */
  where(path: Path, of?: 'key' | 'value'): string | undefined;
}

interface Override {
  readonly path: Path;
  readonly text: string;
  readonly value: unknown;
}

const usage = (text: string, got: string): never =>
  fail('E_USAGE', {
    summary: `--set '${text}' cannot be applied`,
    got,
    expected: 'path=value, for example training.steps=2000',
    tryThis: ['write the path as in the configuration file, keys joined by dots', 'quote the whole for the shell'],
  });

/** `a.b=value`: the value is read as YAML, so that 3, true, [1, 2] and text are what they look like. */
export function parseOverride(text: string): Override {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(at, 0)).split('.');
  if (at < 1 || path.includes('')) return usage(text, 'no path before an equals sign');
  if (path.includes('__proto__')) return usage(text, "the key '__proto__', which no part has");
  try {
    return { path: path.map((key) => (/^\d+$/.test(key) ? Number(key) : key)), text, value: parse(text.slice(at + 1)) };
  } catch {
    return usage(text, 'a value that is not YAML');
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy of `value` with `path` set; missing levels become mappings. */
function withValue(value: unknown, path: Path, override: Override): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return override.value;
  if (Array.isArray(value)) {
    if (typeof key !== 'number' || key > value.length)
      return usage(override.text, `no entry ${key} in a list of ${value.length}`);
    return Object.assign([...value], { [key]: withValue(value[key], rest, override) });
  }
  if (value !== undefined && value !== null && !isRecord(value))
    return usage(override.text, `no key '${key}' in ${value}`);
  const own = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return { ...value, [key]: withValue(own, rest, override) };
}

const startsWith = (path: Path, prefix: Path): boolean => prefix.every((key, i) => path[i] === key);

/** Offset of the value at `path`, or of its key; of the last level that exists where it does not. */
function offsetOf(document: Document, path: Path, of: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  const start = (found: unknown): number => (isNode(found) ? (found.range?.[0] ?? offset) : offset);
  path.forEach((key, i) => {
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      : undefined;
    const next = pair === undefined && isSeq(node) ? node.items[Number(key)] : pair?.value;
    if (pair !== undefined) offset = start(of === 'key' && i === path.length - 1 ? pair.key : (pair.value ?? pair.key));
    else offset = start(next);
    node = next;
  });
  return offset;
}
const isNode = (value: unknown): value is Node => isMap(value) || isScalar(value) || isSeq(value);

function applyAll(value: unknown, set: readonly string[]): { value: unknown; overrides: readonly Override[] } {
  const overrides = set.map(parseOverride);
  return {
    value: overrides.reduce((result, override) => withValue(result, override.path, override), value),
    overrides,
  };
}

const overrideAt = (overrides: readonly Override[], concerns: (override: Override) => boolean): string | undefined => {
  const found = overrides.findLast(concerns);
  return found === undefined ? undefined : `--set ${found.text}`;
};

const refuseText = (file: string, got: string, where: string): never =>
  fail('E_CONFIG', {
    summary: `'${file}' is not valid YAML`,
    got,
    expected: 'keys and values, indented by spaces',
    tryThis: ['compare with examples/active-swimmer.yaml'],
    where,
  });

/** Runs a step of the YAML reader; what it throws (aliases without an anchor, too many of them, levels without end) becomes E_CONFIG. */
function reading<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    return refuseText(file, error instanceof Error ? error.message : String(error), file);
  }
}

function refuseNotPlain(value: unknown, where: (path: Path) => string | undefined): void {
  const found = notPlain(value);
  if (found === undefined) return;
  const named = pathText(found.path) || 'the configuration';
  fail('E_CONFIG', {
    summary: 'the configuration holds something that is not plain data',
    got: `${named}: ${found.got}`,
    expected: 'tables, lists, text, numbers, true and false',
    tryThis: [`write ${named} out as plain data, or remove it`],
    where: where(found.path),
  });
}

/** Reads YAML text; throws E_CONFIG with its place where it is not YAML, or more than plain data. */
export function sourceFromText(text: string, file: string, set: readonly string[] = []): ConfigSource {
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: true, logLevel: 'error' } as const;
  const document = reading(file, () => parseDocument(text, options));
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error !== undefined) return refuseText(file, error.message, place(error.pos[0]));
  const written = reading(file, () => document.toJS({ maxAliasCount: 100 }));
  const { value, overrides } = applyAll(written ?? {}, set);
  const where: ConfigSource['where'] = (path, of = 'value') =>
    overrideAt(overrides, (override) => startsWith(path, override.path)) ??
    (document.hasIn(path) ? undefined : overrideAt(overrides, (override) => startsWith(override.path, path))) ??
    place(offsetOf(document, path, of));
  refuseNotPlain(value, where);
  return { value, where };
}

/** A configuration given as data, from a script. Throws E_CONFIG for more than plain data. */
export function sourceFromObject(object: unknown, set: readonly string[] = []): ConfigSource {
  refuseNotPlain(object, () => undefined);
  const { value, overrides } = applyAll(structuredClone(object), set);
  const where: ConfigSource['where'] = (path) => overrideAt(overrides, (override) => startsWith(path, override.path));
  refuseNotPlain(value, where);
  return { value, where };
}
