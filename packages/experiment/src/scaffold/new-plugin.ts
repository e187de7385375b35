/**
 * A plugin of one's own to start from: a package with source, tests that use the contract suites, example experiments. It passes its own tests as it is.
 *
 * The template is a real package (`templates/plugin` of this one), type-checked and tested where it stands under the names my-plugin, my-process, my-objective …; these become
 * the user's. Files of parts that are not wanted are left out, and so is every line that names such a part.
 *
 * Throws E_USAGE for a name that npm or a file would not take, E_DUPLICATE_ID for one that a part of ours has, E_FILE for a folder that is not empty or cannot be written.
 */
import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, kindWords, type Registry } from '@fokker/core';
import { fokkerVersion, openPlugins } from '../composition/plugins.js';
import { writeFileAtomic } from '../formats/atomic.js';
import { namesIn } from '../run/folder.js';

/** Kinds of part there is a template for, with their names in it. */
const templates = {
  sde: { id: 'my-process', identifier: 'myProcess', suffix: 'process' },
  objective: { id: 'my-objective', identifier: 'myObjective', suffix: 'objective' },
  sampler: { id: 'my-sampler', identifier: 'mySampler', suffix: 'sampler' },
  model: { id: 'my-model', identifier: 'myModel', suffix: 'model' },
} as const;
export type ScaffoldKind = keyof typeof templates;
export const scaffoldKinds = Object.keys(templates) as readonly ScaffoldKind[];

const packageToken = 'my-plugin';
const source = fileURLToPath(new URL('../../templates/plugin', import.meta.url));

export interface ScaffoldOptions {
  /** What it contains; a process by default. */
  readonly kinds?: readonly ScaffoldKind[] | undefined;
  /** Folder to write; by default the name without its scope, where the command is called. */
  readonly directory?: string | undefined;
}

export interface Scaffolded {
  readonly name: string;
  readonly directory: string;
  /** Relative to it. */
  readonly files: readonly string[];
  /** Ids of its parts. */
  readonly parts: readonly { readonly kind: ScaffoldKind; readonly id: string }[];
}

const refuseName = (name: string, got: string): never =>
  fail('E_USAGE', {
    summary: `'${name}' cannot be the name of a plugin`,
    got,
    expected:
      'a package name: small letters, digits, dashes, with a letter first, alone or in a scope, e.g. swimmers or @me/swimmers',
    tryThis: ['fokker new plugin swimmers'],
  });

/** What the package is about: its name without scope and the prefixes of its kind. */
function baseOf(name: string): string {
  if (name.length > 214) refuseName(name, `${name.length} letters, where npm takes 214`);
  const match = /^(?:@([a-z0-9][a-z0-9-]*)\/)?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)$/.exec(name);
  if (match === null) return refuseName(name, 'letters that npm or a file name would not take');
  const [, scope, word = ''] = match;
  if (scope === 'fokker') refuseName(name, 'the scope of Fokker itself');
  if (scope === undefined && (isBuiltin(word) || word === 'node-modules'))
    refuseName(name, 'the name of a module of Node');
  const base = word.replace(/^fokker-(plugin-)?(?=.)/, '');
  if (!/^[a-z]/.test(base)) refuseName(name, `'${base}', which does not begin with a letter`);
  return base === 'index' ? refuseName(name, "'index', the file that holds the plugin itself") : base;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const camel = (dashed: string): string =>
  dashed
    .split('-')
    .map((word, k) => (k === 0 ? word : capital(word)))
    .join('');

interface Naming {
  readonly kind: ScaffoldKind;
  readonly id: string;
  readonly identifier: string;
}

/** One part has the name of the plugin, several its name and their kind. */
const namingsOf = (base: string, kinds: readonly ScaffoldKind[]): readonly Naming[] =>
  kinds.map((kind) => {
    const { suffix } = templates[kind];
    const id = kinds.length === 1 ? base : `${base}-${suffix}`;
    return { kind, id, identifier: `${camel(base)}${capital(suffix)}` };
  });

function refuseTaken(registry: Registry, { kind, id }: Naming): void {
  if (!registry.has(kind, id)) return;
  fail('E_DUPLICATE_ID', {
    summary: `there is a ${kindWords[kind]} '${id}' already`,
    got: `one in ${registry.origin(kind, id).name}`,
    expected: 'an id of its own',
    tryThis: [`fokker new plugin my-${id}`],
  });
}

/** The template in the words of the plugin: the lines of parts that are not wanted go, the names of the others change. */
function inItsWords(text: string, name: string, namings: readonly Naming[]): string {
  const left = scaffoldKinds
    .filter((kind) => !namings.some((naming) => naming.kind === kind))
    .map((kind) => templates[kind]);
  const lines = text
    .split('\n')
    .filter((line) => !left.some(({ id, identifier }) => line.includes(id) || line.includes(identifier)));
  const words = new Map<string, string>([
    [packageToken, name],
    ...namings.flatMap(({ kind, id, identifier }): [string, string][] => [
      [templates[kind].id, id],
      [templates[kind].identifier, identifier],
    ]),
  ]);
  return lines.join('\n').replaceAll(new RegExp([...words.keys()].join('|'), 'g'), (word) => words.get(word)!);
}

interface Manifest {
  name: string;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

/** Packages that only parts of some kinds import. */
const neededBy: Readonly<Record<string, readonly ScaffoldKind[]>> = {
  '@fokker/ops': ['objective', 'model'],
  '@fokker/runtime': ['objective', 'model'],
  '@fokker/samplers': ['sampler'],
};

function manifestOf(text: string, name: string, kinds: readonly ScaffoldKind[]): string {
  const manifest = JSON.parse(text) as Manifest;
  const kept = (dependencies: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(dependencies)
        .filter(([each]) => neededBy[each]?.some((kind) => kinds.includes(kind)) ?? true)
        .map(([each, version]) => [each, each.startsWith('@fokker/') ? `^${fokkerVersion}` : version]),
    );
  const { peerDependencies, devDependencies } = manifest;
  const written = {
    ...manifest,
    name,
    peerDependencies: kept(peerDependencies),
    devDependencies: kept(devDependencies),
  };
  return `${JSON.stringify(written, undefined, 2)}\n`;
}

async function refuseFull(directory: string): Promise<void> {
  const names = await namesIn(directory);
  if (names.length === 0) return;
  fail('E_FILE', {
    summary: `'${directory}' is not empty`,
    got: names.slice(0, 5).join(', '),
    expected: 'a folder that does not exist yet, or is empty',
    tryThis: ['choose another folder with --out', 'remove the folder if it is not needed'],
  });
}

/** Files of the template that the plugin keeps, each with its name there. */
async function filesFor(namings: readonly Naming[]): Promise<{ from: string; to: string }[]> {
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(source, join(entry.parentPath, entry.name)));
  return names.sort().flatMap((from) => {
    const of = scaffoldKinds.find((kind) => from.includes(templates[kind].id));
    const naming = namings.find(({ kind }) => kind === of);
    if (of !== undefined && naming === undefined) return [];
    const to = naming === undefined ? from : from.replace(templates[naming.kind].id, naming.id);
    return [{ from, to: to === 'gitignore' ? '.gitignore' : to }];
  });
}

export async function newPlugin(
  name: string,
  { kinds = ['sde'], directory }: ScaffoldOptions = {},
): Promise<Scaffolded> {
  const base = baseOf(name);
  const wanted = scaffoldKinds.filter((kind) => kinds.includes(kind));
  const namings = namingsOf(base, wanted);
  const { registry } = await openPlugins([], dirname(source));
  for (const naming of namings) refuseTaken(registry, naming);
  const folder = resolve(directory ?? name.replace(/^@[^/]*\//, ''));
  await refuseFull(folder);
  const files = await filesFor(namings);
  for (const { from, to } of files) {
    const text = await readFile(join(source, from), 'utf8');
    const written = from === 'package.json' ? manifestOf(text, name, wanted) : inItsWords(text, name, namings);
    await writeFileAtomic(join(folder, to), written);
  }
  return {
    name,
    directory: folder,
    files: files.map(({ to }) => to),
    parts: namings.map(({ kind, id }) => ({ kind, id })),
  };
}
