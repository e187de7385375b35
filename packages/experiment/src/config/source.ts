/**
 * A configuration as it was written: YAML text with the place of every key, `--set path=value` laid over it, so that an error can point to the line it is about.
 */
import { fail } from '@fokker/core';
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parse, parseDocument } from 'yaml';

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
  if (at < 1 || path.some((key) => key === '' || key === '__proto__'))
    return usage(text, 'no path before an equals sign');
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
  return { ...value, [key]: withValue(value?.[key], rest, override) };
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

const overrideAt = (overrides: readonly Override[], path: Path): string | undefined => {
  const found = overrides.findLast((override) => startsWith(path, override.path));
  return found === undefined ? undefined : `--set ${found.text}`;
};

/** Reads YAML text; throws E_CONFIG with its place where it is not YAML. */
export function sourceFromText(text: string, file: string, set: readonly string[] = []): ConfigSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error !== undefined) {
    return fail('E_CONFIG', {
      summary: `'${file}' is not valid YAML`,
      got: error.message,
      expected: 'keys and values, indented by spaces',
      tryThis: ['compare with examples/active-swimmer.yaml'],
      where: place(error.pos[0]),
    });
  }
  const { value, overrides } = applyAll(document.toJS({ maxAliasCount: 100 }) ?? {}, set);
  return {
    value,
    where: (path, of = 'value') => overrideAt(overrides, path) ?? place(offsetOf(document, path, of)),
  };
}

/** A configuration given as data, from a script. */
export function sourceFromObject(object: unknown, set: readonly string[] = []): ConfigSource {
  const { value, overrides } = applyAll(structuredClone(object), set);
  return { value, where: (path) => overrideAt(overrides, path) };
}
