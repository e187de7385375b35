/**
 * A plugin's life outside this repository: scaffolded, tested, packed and installed in an empty project together with our packed packages, it trains there, as JavaScript and as
 * TypeScript source, with worker threads. No registry is asked: what others wrote is linked from our own installation.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const shell = process.platform === 'win32';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports?: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const packages = readdirSync(join(repository, 'packages')).map((folder) =>
  manifestIn(join(repository, 'packages', folder)),
);
/** What our packages need of others, and what a plugin is built and tested with. */
const others = [
  ...new Set(
    packages
      .flatMap(({ dependencies, optionalDependencies }) => Object.keys({ ...dependencies, ...optionalDependencies }))
      .filter((name) => !name.startsWith('@fokker/'))
      .concat('typescript', 'vitest'),
  ),
].filter((name) => existsSync(join(repository, 'node_modules', name)));

let root = '';
let project = '';
let plugin = '';
let tarballs = '';

const run = (cwd: string, command: string, ...words: readonly string[]): string => {
  try {
    return execFileSync(command, words, {
      cwd,
      encoding: 'utf8',
      stdio: 'pipe',
      shell,
      env: { ...process.env, NO_COLOR: '1' },
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${words.join(' ')}: ${stdout}${stderr}`, { cause: error });
  }
};
const npm = (cwd: string, ...words: readonly string[]): string =>
  run(cwd, 'npm', ...words, '--offline', '--no-audit', '--no-fund');
const installed = (name: string): string => join(project, 'node_modules', name);
/** The command line as it was installed there. */
const fokker = (...words: readonly string[]): unknown =>
  JSON.parse(run(project, process.execPath, join(installed('@fokker/cli'), 'bin', 'fokker.js'), ...words, '--json'));

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'fokker-package-'));
  [project, plugin, tarballs] = ['project', 'swimmers', 'tarballs'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(project);
  mkdirSync(tarballs);
  npm(repository, 'pack', '--workspaces', '--pack-destination', tarballs);
  const tarball = ({ name, version }: Manifest): string =>
    `file:../tarballs/${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
  const dependencies = Object.fromEntries([
    ...packages.map((each) => [each.name, tarball(each)]),
    ...others.map((name) => [name, `file:${join(repository, 'node_modules', name)}`]),
  ]);
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'empty', private: true, type: 'module', dependencies }),
  );
  npm(project, 'install', '--no-package-lock', '--ignore-scripts');
  fokker(
    'new',
    'plugin',
    'swimmers',
    '--out',
    plugin,
    ...['sde', 'objective', 'sampler', 'model'].flatMap((kind) => ['--kind', kind]),
  );
  symlinkSync(join(project, 'node_modules'), join(plugin, 'node_modules'), 'junction');
}, 180_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('our packages, packed', () => {
  test.each(packages.map(({ name }) => name))('%s holds its licence, what its manifest names, and no tests', (name) => {
    const folder = installed(name);
    const { exports = {}, bin = {} } = manifestIn(folder);
    const entries = Object.values(exports).flatMap((entry) => [entry.types, entry.default]);
    const named = ['LICENSE', ...entries, ...Object.values(bin)];
    expect(named.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
    const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.test\./.test(file))).toEqual([]);
  });
});

describe('a scaffolded plugin', () => {
  test('passes its own tests', () => {
    const said = run(plugin, process.execPath, join(installed('vitest'), 'vitest.mjs'), 'run', '--maxWorkers=1');
    expect(said).toMatch(/Tests\s+\d+ passed/);
    expect(said).not.toMatch(/failed/);
  });

  test('packed and installed, it trains by its name and as TypeScript source, with workers, to the same numbers', () => {
    npm(plugin, 'pack', '--ignore-scripts=false', '--pack-destination', tarballs);
    npm(project, 'install', '--no-package-lock', '--ignore-scripts', join(tarballs, 'swimmers-0.1.0.tgz'));
    expect(readdirSync(join(installed('swimmers'), 'dist'))).toEqual(
      expect.arrayContaining(['index.js', 'index.d.ts']),
    );
    const experiment = {
      process: { id: 'swimmers-process' },
      objective: { id: 'local-dsm', bank: { paths: 64 } },
      schedule: { id: 'constant', lag: 0.2 },
      model: { id: 'swimmers-model' },
      training: { steps: 4, batch: 16, workers: 1, device: 'cpu', heldOut: 0 },
    };
    const models = (
      [
        ['javascript', 'swimmers'],
        ['typescript', '../swimmers/src/index.ts'],
      ] as const
    ).map(([name, spec]) => {
      writeFileSync(join(project, `${name}.yaml`), JSON.stringify({ ...experiment, plugins: [spec] }));
      expect(fokker('train', `${name}.yaml`, '--out', `runs/${name}`)).toMatchObject({ step: 4 });
      return readFileSync(join(project, 'runs', name, 'checkpoints', '000004', 'model.safetensors'), 'base64');
    });
    expect(models[0]).toBe(models[1]);
    expect(fokker('doctor')).toMatchObject({ installed: [{ name: 'swimmers', version: '0.1.0' }] });
  });
});
