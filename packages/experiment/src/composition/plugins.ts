/**
 * The plugins of an experiment: those that come with Fokker, loaded by name like any other, then the user's, by package name, file path or as objects.
 *
 * An object has no module from which a worker thread could load it again: such an experiment prepares its targets in the main thread, with the same numbers.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { createRegistry, loadPlugins, type Plugin, type PluginSpec, type Registry } from '@fokker/core';
import dataPlugin from '../data/plugin.js';

const builtIn = [
  '@fokker/core',
  '@fokker/sde-plugins',
  '@fokker/objectives',
  '@fokker/samplers',
  '@fokker/models',
  '@fokker/analysis',
] as const;

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** Version of this package, and of the plugins that come with it. */
export const fokkerVersion = version;

export interface LoadedPlugins {
  readonly registry: Registry;
  /** Names of plugins that were given as objects. */
  readonly inline: readonly string[];
  /** Name → version, for the record of a run. */
  readonly versions: Readonly<Record<string, string>>;
}

const loadBuiltIn = async (): Promise<readonly Plugin[]> => [
  ...(await loadPlugins(builtIn, { from: import.meta.url })),
  dataPlugin,
];

/** Relative names start at `directory`. Throws E_PLUGIN, E_PLUGIN_VERSION, E_DUPLICATE_ID. */
export async function openPlugins(specs: readonly PluginSpec[], directory: string): Promise<LoadedPlugins> {
  const shipped = await loadBuiltIn();
  const added = await loadPlugins(specs, { from: new URL(`${pathToFileURL(directory).href}/`) });
  const plugins = [...shipped, ...added];
  return {
    registry: createRegistry(plugins),
    inline: specs.filter((spec) => typeof spec !== 'string').map((spec) => spec.name),
    versions: Object.fromEntries(
      plugins.map((plugin) => [plugin.name, plugin.version ?? (shipped.includes(plugin) ? version : 'unversioned')]),
    ),
  };
}
