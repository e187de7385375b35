import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPlugins } from './load-plugins.js';

const good = "export default { name: 'NAME', apiVersion: 1, parts: {} };\n";
const files: Readonly<Record<string, string>> = {
  'plain.js': good.replace('NAME', 'plain'),
  'common.cjs': "module.exports = { name: 'common', apiVersion: 1, parts: {} };\n",
  // An enum and a .js import of a .ts file: more than stripping types can do.
  'typed.ts': `import { definePlugin, isFokkerError, pointwiseSde } from '@fokker/core';
import { gamma } from './constants.js';
enum Axis { X, V }
const swimmer = pointwiseSde({
  id: 'swimmer', dim: 2, parameters: { gamma },
  create: ({ gamma }) => ({
    drift(y: Float64Array, _t: number, dy: Float64Array) { dy[Axis.X] = y[Axis.V]! - y[Axis.X]! ** 3; dy[Axis.V] = -gamma * y[Axis.V]!; },
    noise: [[0], [1]],
  }),
});
export const check = isFokkerError;
export default definePlugin({ name: 'typed', apiVersion: 1, parts: { sde: [swimmer] } });
`,
  'constants.ts': 'export const gamma: number = 0.25;\n',
  'packaged/package.json': '{ "type": "commonjs" }',
  'packaged/commonjs.ts': good.replace('NAME', 'packaged').replace('{}', '{} as object'),
  'sub/up.js': good.replace('NAME', 'up'),
  'future.js': 'export default { name: "future", apiVersion: 2, parts: {} };\n',
  'named-only.js': 'export const plugin = 1;\n',
  'list.js': `export default [{ name: 'a', apiVersion: 1, parts: {} }];\n`,
  'throws.js': "throw new RangeError('no such trap');\n",
  'syntax.js': 'export default {;\n',
  'missing-import.js': "import 'not-installed-anywhere';\nexport default {};\n",
  'bad-part.ts':
    "import { definePlugin } from '@fokker/core';\nexport default definePlugin({ name: 'b', apiVersion: 1, parts: { sde: [{ id: 'x' }] } } as never);\n",
  'node_modules/swimmers/package.json': '{ "name": "swimmers", "type": "module", "exports": { "import": "./i.js" } }',
  'node_modules/swimmers/i.js': good.replace('NAME', 'swimmers'),
  'node_modules/unbuilt/package.json': '{ "name": "unbuilt", "exports": "./dist/index.js" }',
};
const specs = [
  './plain.js',
  './common.cjs',
  './typed.ts',
  './packaged/commonjs.ts',
  '../folder/sub/up.js',
  'swimmers',
  './node_modules/swimmers',
  './sub',
  './node_modules/unbuilt',
  './future.js',
  './named-only.js',
  './list.js',
  './throws.js',
  './syntax.js',
  './missing-import.js',
  './bad-part.ts',
  './nowhere.js',
  'not-installed-anywhere',
  '@me/swim mers',
];

/** Run by node on the built package, as users do: the test runner has its own way with imports. */
const script = `
const { loadPlugins, isFokkerError } = await import(process.argv[1]);
const outcomes = {};
for (const spec of JSON.parse(process.argv[3])) {
  try {
    const [plugin] = await loadPlugins([spec], { from: process.argv[2] });
    outcomes[spec] = { name: plugin.name, ids: (plugin.parts.sde ?? []).map(({ id }) => id) };
  } catch (error) {
    outcomes[spec] = { code: error.code, text: String(error), cause: String(error.cause) };
  }
}
const typed = await import(process.argv[2].replace(/config.yaml$/, 'typed.ts'));
outcomes.shared = { same: typed.check === isFokkerError };
process.stdout.write(JSON.stringify(outcomes));
`;

interface Outcome {
  readonly name?: string;
  readonly ids?: readonly string[];
  readonly code?: string;
  readonly text?: string;
  readonly cause?: string;
  readonly same?: boolean;
}
let root = '';
let outcomes: Readonly<Record<string, Outcome>> = {};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'fokker plugins '));
  const folder = join(root, 'folder');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  mkdirSync(join(folder, 'node_modules/@fokker'));
  symlinkSync(fileURLToPath(new URL('../..', import.meta.url)), join(folder, 'node_modules/@fokker/core'), 'dir');
  const core = new URL('../../dist/index.js', import.meta.url).href;
  const from = pathToFileURL(join(folder, 'config.yaml')).href;
  outcomes = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script, core, from, JSON.stringify(specs)], {
      encoding: 'utf8',
    }),
  );
}, 30_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('loadPlugins', () => {
  test.each([
    ['./plain.js', 'plain'],
    ['./common.cjs', 'common'],
    ['./typed.ts', 'typed'],
    ['./packaged/commonjs.ts', 'packaged'],
    ['../folder/sub/up.js', 'up'],
    ['swimmers', 'swimmers'],
    ['./node_modules/swimmers', 'swimmers'],
  ])('loads %s', (spec, name) => {
    expect(outcomes[spec]).toMatchObject({ name });
  });

  test('TypeScript plugins share the instance of core', () => {
    expect(outcomes['./typed.ts']?.ids).toEqual(['swimmer']);
    expect(outcomes.shared).toEqual({ same: true });
  });

  test.each([
    ['./future.js', 'E_PLUGIN_VERSION', /apiVersion: 2/],
    ['./named-only.js', 'E_PLUGIN', /named-only.js, which exports plugin/],
    ['./list.js', 'E_PLUGIN', /an array of 1/],
    ['./throws.js', 'E_PLUGIN', /RangeError: no such trap, from .*throws.js/],
    ['./syntax.js', 'E_PLUGIN', /SyntaxError: .*from .*syntax.js/],
    ['./missing-import.js', 'E_PLUGIN', /not-installed-anywhere.*missing-import.js/],
    ['./bad-part.ts', 'E_PLUGIN', /parts.sde\[0\]/],
    ['./nowhere.js', 'E_PLUGIN', /no file at .*nowhere.js/],
    ['./sub', 'E_PLUGIN', /a folder that is no package/],
    ['./node_modules/unbuilt', 'E_PLUGIN', /unbuilt without its entry .*index.js: it may have to be built/],
    ['not-installed-anywhere', 'E_PLUGIN', /npm install not-installed-anywhere/],
    ['@me/swim mers', 'E_PLUGIN', /cannot be found/],
  ])('refuses %s', (spec, code, text) => {
    expect(outcomes[spec]?.code).toBe(code);
    expect(outcomes[spec]?.text).toMatch(text);
    expect(outcomes[spec]?.text).toContain(spec);
  });

  test('a failure keeps its cause', () => {
    expect(outcomes['./throws.js']?.cause).toBe('RangeError: no such trap');
  });

  test('a plugin at hand is checked and kept', async () => {
    const plugin = { name: 'here', apiVersion: 1, parts: {} };
    expect(await loadPlugins([plugin], { from: '.' })).toEqual([plugin]);
    await expect(loadPlugins(['./nowhere.js'], { from: root })).rejects.toMatchObject({
      got: `no file at ${join(root, 'nowhere.js')}`,
    });
    await expect(loadPlugins([{ ...plugin, apiVersion: 3 }], { from: '.' })).rejects.toThrow(
      expect.objectContaining({ code: 'E_PLUGIN_VERSION' }),
    );
  });
});
