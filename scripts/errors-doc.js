/**
 * Writes docs/errors.md from the table of codes in core, or with --check exits 1 where the page is not current.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { errorCodes, hintCodes } from '@fokker/core';

const exits = { 2: 'usage', 65: 'configuration or parts', 70: 'internal', 74: 'files', 130: 'interrupted' };

const page = [
  '# Error codes',
  '',
  'Every error names what it got, what it expected and what to try. Programs and tests match the code; the words may change.',
  'The last column is the exit code of a command that ends in the error.',
  '',
  '| code | meaning | exit |',
  '| --- | --- | --- |',
  ...Object.entries(errorCodes).map(
    ([code, { meaning, exit }]) => `| \`${code}\` | ${meaning} | ${exit} (${exits[exit]}) |`,
  ),
  '',
  '## Hints',
  '',
  'Said beside a result that is there all the same: printed on stderr, and among `hints` in JSON and in TypeScript.',
  '',
  '| code | meaning |',
  '| --- | --- |',
  ...Object.entries(hintCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`),
  '',
  'This page is written by `node scripts/errors-doc.js` from `packages/core/src/errors.ts`.',
  '',
].join('\n');

const url = new URL('../docs/errors.md', import.meta.url);

if (!process.argv.includes('--check')) await writeFile(url, page);
else if ((await readFile(url, 'utf8').catch(() => '')) !== page) {
  console.error('docs/errors.md is not current: run node scripts/errors-doc.js');
  process.exitCode = 1;
}
