import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { installedPlugins } from './installed-plugins.js';

const root = mkdtempSync(join(tmpdir(), 'fokker-installed-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const put = (name: string, content: string): void => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content);
};

test('packages of the project that say they are plugins, found from any folder in it', () => {
  put(
    'package.json',
    '{ "dependencies": { "b": "1", "plain": "1", "gone": "1" }, "devDependencies": { "@me/a": "1" } }',
  );
  put('node_modules/b/package.json', '{ "version": "2.0.0", "keywords": ["fokker-plugin"] }');
  put('node_modules/@me/a/package.json', '{ "version": "1.0.0", "keywords": ["sde", "fokker-plugin"] }');
  put('node_modules/plain/package.json', '{ "version": "1.0.0" }');
  put('node_modules/other/package.json', '{ "version": "1.0.0", "keywords": ["fokker-plugin"] }');
  put('deep/down/x.yaml', '');
  const found = [
    { name: '@me/a', version: '1.0.0' },
    { name: 'b', version: '2.0.0' },
  ];
  expect(installedPlugins(root)).toEqual(found);
  expect(installedPlugins(join(root, 'deep', 'down'))).toEqual(found);
});

test('a manifest that is none is nobody’s plugin', () => {
  put('broken/package.json', '{ "dependencies": ');
  expect(installedPlugins(join(root, 'broken'))).toEqual([]);
});
