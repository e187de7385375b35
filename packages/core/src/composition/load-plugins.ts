/**
 * Loads plugins by package name or path: of a file, or of the folder of a package.
 *
 * A name resolves as an import statement in the file `from` would; a relative path against that file; a folder as its package would be imported. TypeScript is loaded through tsx, without a namespace of
 * its own, so that a plugin shares its instance of @fokker/core and of every other package with the program that loads it. The hooks stay: a plugin may import
 * more when its factories run. The default export has to be a plugin.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { register as registerHooks } from 'node:module';
import { isAbsolute, resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolve as resolveImport } from 'import-meta-resolve';
import type { Plugin } from '../contracts/plugin.js';
import { type FokkerError, fail, isFokkerError } from '../errors.js';
import { checkPlugin } from './check-plugin.js';

export type PluginSpec = string | Plugin;

/** `from`: the file that names the plugins, or its directory, as a path or URL (of a directory: with a slash at its end). Throws E_PLUGIN, E_PLUGIN_VERSION. */
export const loadPlugins = async (
  specs: readonly PluginSpec[],
  { from }: { readonly from: string | URL },
): Promise<readonly Plugin[]> => {
  const plugins: Plugin[] = [];
  for (const spec of specs) {
    plugins.push(typeof spec === 'string' ? await loadOne(spec, baseUrl(from)) : checkPlugin(spec));
  }
  return plugins;
};

const baseUrl = (from: string | URL): URL => {
  if (from instanceof URL) return from;
  if (/^[a-z]{2,}:/i.test(from)) return new URL(from);
  const path = resolvePath(from);
  return pathToFileURL(statSync(path, { throwIfNoEntry: false })?.isDirectory() ? `${path}/` : path);
};

const loadOne = async (spec: string, from: URL): Promise<Plugin> => {
  const url = resolveSpec(spec, from);
  const module = await importModule(spec, url);
  if (!('default' in module)) {
    const names = Object.keys(module);
    return fail('E_PLUGIN', {
      summary: `plugin '${spec}' has no default export`,
      got: `${shown(url)}, which exports ${names.length === 0 ? 'nothing' : names.join(', ')}`,
      expected: 'a plugin made by definePlugin as the default export',
      tryThis: ["export default definePlugin({ name: '…', apiVersion: 1, parts: { … } })"],
    });
  }
  return checkPlugin(module.default, `plugin '${spec}'`);
};

const isPath = (spec: string): boolean => /^\.{0,2}[/\\]/.test(spec) || isAbsolute(spec) || spec.startsWith('file:');

const resolveSpec = (spec: string, from: URL): URL => {
  if (isPath(spec)) {
    const url = isAbsolute(spec) ? pathToFileURL(spec) : new URL(spec.replaceAll('\\', '/'), from);
    if (!existsSync(url)) return refuseMissing(spec, `no file at ${shown(url)}`);
    return statSync(url).isDirectory() ? packageIn(spec, url) : url;
  }
  try {
    return new URL(resolveImport(spec, from.href));
  } catch (cause) {
    return refuseMissing(spec, `no package '${spec}' that can be imported from ${shown(new URL('.', from))}`, cause);
  }
};

/** The entry of the package in a folder: what its own name means inside it. */
const packageIn = (spec: string, folder: URL): URL => {
  const manifest = new URL('package.json', `${folder.href.replace(/\/$/, '')}/`);
  try {
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown };
    const entry = new URL(resolveImport(String(name), manifest.href));
    if (existsSync(entry)) return entry;
    return refuseMissing(spec, `the package ${name} without its entry ${shown(entry)}: it may have to be built`);
  } catch (cause) {
    if (isFokkerError(cause)) throw cause;
    return refuseMissing(spec, `a folder that is no package with a name and exports: ${shown(folder)}`, cause);
  }
};

const refuseMissing = (spec: string, got: string, cause?: unknown): never =>
  fail('E_PLUGIN', {
    summary: `plugin '${spec}' cannot be found`,
    got,
    expected: 'the name of an installed package, or a path that begins with ./, ../ or /',
    tryThis: isPath(spec)
      ? ['check the path: it is relative to the file that names the plugin']
      : [`npm install ${spec}`, `./${spec} if it is a file`],
    cause,
  });

const shown = (url: URL): string => (url.protocol === 'file:' ? fileURLToPath(url) : url.href);

const isTypeScript = (url: URL): boolean => /\.[cm]?tsx?$/.test(url.pathname);

const importModule = async (spec: string, url: URL): Promise<Record<string, unknown>> => {
  try {
    if (isTypeScript(url)) await registerTypeScript();
    return await import(url.href);
  } catch (cause) {
    if (isFokkerError(cause)) refuseAsItself(spec, cause);
    return fail('E_PLUGIN', {
      summary: `plugin '${spec}' failed to load`,
      got: `${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}, from ${shown(url)}`,
      expected: 'a module that can be imported',
      tryThis: [`node --import tsx ${shown(url)}  shows the failure with its place in the file`],
      cause,
    });
  }
};

/** A refusal from inside the module (definePlugin, a schema) keeps its code; the file is added. */
const refuseAsItself = (spec: string, cause: FokkerError): never =>
  fail(cause.code, {
    summary: `plugin '${spec}' failed to load: ${cause.message.slice(cause.code.length).trim()}`,
    got: cause.got,
    expected: cause.expected,
    tryThis: cause.tryThis,
    cause,
  });

let typeScript: Promise<void> | undefined;
const registerTypeScript = (): Promise<void> => {
  typeScript ??= import('tsx/esm/api').then(({ register }) => {
    register();
    registerHooks(new URL('./typescript-hooks.js', import.meta.url));
  });
  return typeScript;
};
