/**
 * Plugins that a project has installed: packages with the keyword `fokker-plugin` among the dependencies of the nearest package.json. They are found, not loaded: their code
 * runs once a configuration or a command names them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

export const pluginKeyword = 'fokker-plugin';

export interface InstalledPlugin {
  readonly name: string;
  readonly version: string;
}

const names = z.record(z.string(), z.string()).optional();
const manifest = z.looseObject({
  version: z.string().default(''),
  keywords: z.array(z.string()).default([]),
  dependencies: names,
  devDependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
});

/** A manifest, or nothing where there is none that can be read. */
const manifestAt = (path: string): z.infer<typeof manifest> | undefined => {
  try {
    return manifest.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
};

/** The folder itself and those above it, nearest first. */
const upwards = (directory: string): readonly string[] => {
  const above = dirname(directory);
  return above === directory ? [directory] : [directory, ...upwards(above)];
};

export const installedPlugins = (directory: string): readonly InstalledPlugin[] => {
  const folders = upwards(resolve(directory));
  const project = folders.find((folder) => existsSync(join(folder, 'package.json')));
  if (project === undefined) return [];
  const own = manifestAt(join(project, 'package.json'));
  const asked = [own?.dependencies, own?.devDependencies, own?.optionalDependencies, own?.peerDependencies];
  const packages = [...new Set(asked.flatMap((list) => Object.keys(list ?? {})))].sort();
  return packages.flatMap((name) => {
    const paths = folders.map((folder) => join(folder, 'node_modules', name, 'package.json'));
    const found = manifestAt(paths.find(existsSync) ?? '');
    return found?.keywords.includes(pluginKeyword) ? [{ name, version: found.version }] : [];
  });
};
