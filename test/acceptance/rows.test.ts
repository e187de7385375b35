/** The list at the end of docs/acceptance.md says which file holds which row; this keeps it true. */
import { readFileSync } from 'node:fs';
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

test('the list names every row of what is implemented', () => {
  const implemented = numbers('1–14, 20, 26–27, 31–32, 37–38, 42, 46–47, 52–56');
  expect([...new Set(claims.map(({ row }) => row))].sort((a, b) => a - b)).toEqual(implemented);
});

test.each(claims)('row $row is a test of $file', ({ row, file }) => {
  const titles = [...readFileSync(join(root, file), 'utf8').matchAll(/\brows? ([\d–, and]+):/g)];
  expect(titles.flatMap(([, rows]) => numbers(rows!))).toContain(row);
});
