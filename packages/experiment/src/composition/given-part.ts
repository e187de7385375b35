/**
 * A part named by an option (`--sampler ID`, `--method ID`), with options of its own after `--set option=value`; where no part is named, the configuration's. What is refused says which
 * of these words it is about.
 */
import type { PartKind, Registry } from '@fokker/core';
import type { PartConfig } from '../config/schema.js';
import { type ConfigSource, type Path, sourceFromObject } from '../config/source.js';
import { type ChosenPart, choosePart } from './parts.js';

export interface GivenPart {
  /** Name of the option. */
  readonly flag: string;
  /** An id, or the part with its options. */
  readonly given?: string | PartConfig | undefined;
  readonly set?: readonly string[] | undefined;
  /** Where none is given. */
  readonly usual: { readonly part: PartConfig; readonly where?: ((path: Path) => string | undefined) | undefined };
}

/** Throws E_UNKNOWN_ID, E_PARAMETERS, E_USAGE. */
export function chooseGiven<K extends PartKind>(
  registry: Registry,
  kind: K,
  { flag, given, set, usual }: GivenPart,
): ChosenPart<K> & { readonly source: ConfigSource } {
  const named = typeof given === 'string' ? `--${flag} ${given}` : undefined;
  const elsewhere = given === undefined ? usual.where : undefined;
  const own = sourceFromObject(typeof given === 'string' ? { id: given } : (given ?? usual.part), set);
  const source: ConfigSource = { ...own, where: (path) => own.where(path) ?? named ?? elsewhere?.(path) };
  return { ...choosePart(registry, kind, own.value as PartConfig, source, []), source };
}
