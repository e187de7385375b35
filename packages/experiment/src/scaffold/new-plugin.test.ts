import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { newPlugin } from './new-plugin.js';

const root = mkdtempSync(join(tmpdir(), 'fokker-new-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const read = (...names: string[]): string => readFileSync(join(root, ...names), 'utf8');

test('one kind has the name of the plugin; nothing of the other kinds, and no word of the template, is left', async () => {
  const written = await newPlugin('@me/fokker-plugin-tide', { kinds: ['model'], directory: join(root, 'tide') });
  expect(written.files).toEqual([
    'README.md',
    'examples/tide.yaml',
    '.gitignore',
    'package.json',
    'src/index.ts',
    'src/tide.test.ts',
    'src/tide.ts',
    'tsconfig.json',
  ]);
  const manifest = JSON.parse(read('tide', 'package.json'));
  expect(manifest).toMatchObject({ name: '@me/fokker-plugin-tide', keywords: ['fokker-plugin'] });
  expect(Object.keys(manifest.peerDependencies)).toEqual(['@fokker/core', '@fokker/ops']);
  expect(read('tide', 'src', 'index.ts')).toMatch(/model: \[tideModel\]/);
  for (const file of written.files)
    expect(read('tide', file)).not.toMatch(/my-(plugin|process|objective|sampler|model)|my[A-Z]/);
});

test('several kinds say which they are, in a fixed order, even where words of the template are in the name', async () => {
  const { parts } = await newPlugin('my-model', { kinds: ['model', 'sde'], directory: join(root, 'both') });
  expect(parts).toEqual([
    { kind: 'sde', id: 'my-model-process' },
    { kind: 'model', id: 'my-model-model' },
  ]);
  expect(read('both', 'src', 'index.ts')).toContain("from './my-model-process.js'");
  expect(read('both', 'src', 'my-model-model.ts')).toContain("id: 'my-model-model'");
});

test.each([
  'Tide',
  'ti de',
  '../tide',
  '.',
  '@me/',
  '@fokker/tide',
  'fs',
  '3d',
  'index',
  'fokker-plugin-',
  'x'.repeat(215),
])('the name %j is refused', async (name) => {
  await expect(newPlugin(name, { directory: join(root, 'refused') })).rejects.toMatchObject({ code: 'E_USAGE' });
});

test('an id that is taken and a folder that is not empty are refused', async () => {
  await expect(newPlugin('vp', { directory: join(root, 'vp') })).rejects.toMatchObject({ code: 'E_DUPLICATE_ID' });
  writeFileSync(join(root, 'note.txt'), 'mine');
  await expect(newPlugin('tide', { directory: root })).rejects.toMatchObject({ code: 'E_FILE' });
});
