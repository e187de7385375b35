/** Parts by the section of the configuration that names them. */
import { type ParsedPart, type PartKind, parsePart, type Registry } from '@fokker/core';
import type { PartConfig } from '../config/schema.js';
import type { ConfigSource, Path } from '../config/source.js';
import { located } from './located.js';

export interface ChosenPart<K extends PartKind> extends ParsedPart<K> {
  /** The part as it stands in a resolved configuration. */
  readonly resolved: PartConfig;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Throws E_UNKNOWN_ID and E_PARAMETERS with the place of the key. */
export function choosePart<K extends PartKind>(
  registry: Registry,
  kind: K,
  part: PartConfig,
  source: ConfigSource,
  path: Path,
): ChosenPart<K> {
  located(source, [...path, 'id'], () => registry.get(kind, part.id));
  const { definition, options } = located(source, path, () =>
    parsePart(registry, kind, part, { locate: (inner) => source.where([...path, ...inner]) }),
  );
  return { definition, options, resolved: { id: part.id, ...(isRecord(options) ? options : {}) } };
}
