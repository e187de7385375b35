/**
 * The composition root: every part of every plugin, by kind and id.
 *
 * Behind it stands a container with one named binding a part (service: the kind, name: the id). Nobody else sees the container; a registry is made once from
 * the plugins and does not change.
 */
import { Container } from 'inversify';
import type { PartKind, Parts, Plugin } from '../contracts/plugin.js';
import { fail } from '../errors.js';
import { kindWords, partKinds } from './kinds.js';
import { byNearness } from './nearest.js';

export interface Registry {
  /** Throws E_UNKNOWN_ID, listing what there is with the nearest first. */
  get<K extends PartKind>(kind: K, id: string): Parts[K];
  has(kind: PartKind, id: string): boolean;
  /** In the order of the plugins. */
  list<K extends PartKind>(kind: K): readonly Parts[K][];
  /** The plugin that defines the part. */
  origin(kind: PartKind, id: string): Plugin;
  readonly plugins: readonly Plugin[];
}

/** Throws E_DUPLICATE_ID where two plugins (or one twice) define the same part. */
export const createRegistry = (plugins: readonly Plugin[]): Registry => {
  const container = new Container();
  const origins = new Map<PartKind, Map<string, Plugin>>(partKinds.map((kind) => [kind, new Map()]));

  const bind = <K extends PartKind>(kind: K, definition: Parts[K], plugin: Plugin): void => {
    const ids = origins.get(kind)!;
    const first = ids.get(definition.id);
    if (first !== undefined) refuseDuplicate(kind, definition.id, first, plugin);
    ids.set(definition.id, plugin);
    container.bind<Parts[K]>(kind).toConstantValue(definition).whenNamed(definition.id);
  };
  for (const plugin of plugins) {
    for (const kind of partKinds) for (const definition of plugin.parts[kind] ?? []) bind(kind, definition, plugin);
  }

  const known = (kind: PartKind, id: string): Plugin =>
    origins.get(kind)!.get(id) ?? refuseUnknown(kind, id, [...origins.get(kind)!.keys()]);
  const get = <K extends PartKind>(kind: K, id: string): Parts[K] => {
    known(kind, id);
    return container.get<Parts[K]>(kind, { name: id });
  };
  return {
    get,
    has: (kind, id) => origins.get(kind)!.has(id),
    list: (kind) => [...origins.get(kind)!.keys()].map((id) => get(kind, id)),
    origin: known,
    plugins: [...plugins],
  };
};

const refuseUnknown = (kind: PartKind, id: string, ids: readonly string[]): never =>
  fail('E_UNKNOWN_ID', {
    summary: `there is no ${kindWords[kind]} '${id}'`,
    got: `id: ${id}`,
    expected:
      ids.length === 0
        ? `a plugin that defines a ${kindWords[kind]}; none is loaded`
        : `one of ${byNearness(id, ids).join(', ')}`,
    tryThis: [
      ...(ids.length === 0 ? [] : [`id: ${byNearness(id, ids)[0]}`]),
      'name the plugin that defines it under plugins: in the configuration',
    ],
  });

const refuseDuplicate = (kind: PartKind, id: string, first: Plugin, second: Plugin): never =>
  fail('E_DUPLICATE_ID', {
    summary: `${kindWords[kind]} '${id}' is defined twice`,
    got:
      first === second
        ? `two definitions in plugin '${first.name}'`
        : `definitions in plugins '${first.name}' and '${second.name}'`,
    expected: `one ${kindWords[kind]} for each id`,
    tryThis: [
      'rename one of the two',
      ...(first === second ? [] : [`or load only one of ${first.name}, ${second.name}`]),
    ],
  });
