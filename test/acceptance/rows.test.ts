/** The list at the end of docs/acceptance.md says which file holds which row; this keeps it true. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'acceptance.md'), 'utf8');
const section = page.slice(page.indexOf('## Rows that are tests'));

/** '1–4, 6' → 1, 2, 3, 4, 6 */
const numbers = (text: string): number[] =>
  [...text.matchAll(/(\d+)(?:–(\d+))?/g)].flatMap(([, from, to]) =>
    Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, k) => Number(from) + k),
  );

const claims = [...section.matchAll(/^\| ([\d–, ]+)[^|]*\| (.+) \|$/gm)].flatMap(([, rows, files]) =>
  numbers(rows!).flatMap((row) => [...files!.matchAll(/`([^`]+)`/g)].map(([, file]) => ({ row, file: file! }))),
);

const rowsNamedIn = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/['"`]rows? ([\d–, and]+):/g)].flatMap(([, rows]) => numbers(rows!));

const testFiles = ['packages', 'test']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(root, folder, file)),
  )
  .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'));

test('the list names every row that some test names', () => {
  const ascending = (rows: readonly number[]) => [...new Set(rows)].sort((a, b) => a - b);
  expect(ascending(claims.map(({ row }) => row))).toEqual(ascending(testFiles.flatMap(rowsNamedIn)));
});

test.each(claims)('row $row is a test of $file', ({ row, file }) => {
  expect(rowsNamedIn(join(root, file))).toContain(row);
});
