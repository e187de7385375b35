/**
 * What is not plain data in a configuration: a value that contains itself, levels without end, keys that objects have from elsewhere, functions and objects of
 * libraries. Whatever passes can be checked, compared, written to config.yaml and sent to a worker.
 */
import type { Path } from './source.js';

export interface NotPlain {
  readonly path: Path;
  readonly got: string;
}

/** Deeper than any configuration; a chain of levels this long is a mistake or an attack. */
const deepest = 64;

const nameOf = (value: object): string => value.constructor?.name ?? 'an object';

/** The first such value, depth first; nothing for plain data. Objects of a class of their own count as tables of their fields. */
export function notPlain(value: unknown, path: Path = [], within: readonly unknown[] = []): NotPlain | undefined {
  if (value === null || value === undefined || ['string', 'number', 'boolean'].includes(typeof value)) return undefined;
  if (typeof value !== 'object') return { path, got: `a ${typeof value}` };
  if (within.includes(value)) return { path, got: 'a value that contains itself' };
  if (within.length === deepest) return { path, got: `more than ${deepest} levels` };
  if (ArrayBuffer.isView(value) || [Map, Set, Date, RegExp, Promise].some((kind) => value instanceof kind)) {
    return { path, got: nameOf(value) };
  }
  for (const [key, inner] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    const found = key === '__proto__' ? { path: at, got: 'a key of no part' } : notPlain(inner, at, [...within, value]);
    if (found !== undefined) return found;
  }
  return undefined;
}
