/**
 * `npm test`: set-up, lint and format, types of the tests, dependency rule, tests. Stops at the first part that fails. Words after `--` go to vitest:
 * `npm test -- packages/core`.
 */
import process from 'node:process';
import { run, runLast, setup, tool } from './setup.js';

setup();
run('lint and format', process.execPath, [tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']);
run('types of tests, examples and benches', process.execPath, [tool('typescript/bin/tsc'), '-p', 'tsconfig.test.json']);
run('dependency rule', process.execPath, [
  tool('dependency-cruiser/bin/dependency-cruise.mjs'),
  '--config',
  '.dependency-cruiser.cjs',
  'packages',
]);
// Its own last line tells how it ended.
runLast('tests', process.execPath, [tool('vitest/vitest.mjs'), 'run', ...process.argv.slice(2)]);
