/**
 * Samples as comma-separated text: one line a sample, an optional first line of column names, blank lines and lines that begin with # skipped.
 *
 * Also read: semicolons or tabs, whichever the first line has. Quoted text is not numbers and is refused. Throws E_FORMAT, E_SHAPE, E_NOT_FINITE with the line.
 */
import { type Batch, fail } from '@fokker/core';
import { readText, writeFileAtomic } from './atomic.js';

const isNumber = (cell: string): boolean => cell !== '' && !Number.isNaN(Number(cell));
const missing = /^(nan|na|null|none|-|[+-]?inf(inity)?)?$/i;

const refuse = (cell: string, path: string, line: number, column: number): never => {
  const where = `'${cell}' on line ${line}, column ${column + 1}`;
  return missing.test(cell) || isNumber(cell)
    ? fail('E_NOT_FINITE', {
        summary: `'${path}' holds a value that is not a number`,
        got: where,
        expected: 'finite numbers everywhere',
        tryThis: ['remove that line, or fill in its value'],
      })
    : fail('E_FORMAT', {
        summary: `'${path}' is not a table of numbers`,
        got: where,
        expected: 'numbers with a decimal point, the same count on each line, at most one line of names above',
        tryThis: ['remove that column, or name the ones to read: columns: [x, v]'],
      });
};

/** The columns to read, by name or by number from 0. */
function chooseColumns(
  names: readonly string[] | undefined,
  width: number,
  wanted: readonly (string | number)[],
  path: string,
) {
  return wanted.map((column) => {
    const at = typeof column === 'number' ? column : (names?.indexOf(column) ?? -1);
    if (at >= 0 && at < width) return at;
    return fail('E_DATA', {
      summary: `'${path}' has no column ${column}`,
      got: `column '${column}'`,
      expected: names === undefined ? `a number from 0 to ${width - 1}` : `one of ${names.join(', ')}`,
      tryThis: ['correct columns in the options of the data'],
    });
  });
}

export interface CsvOptions {
  /** Names or numbers (from 0) of the columns to read; all by default. */
  readonly columns?: readonly (string | number)[] | undefined;
}

export function decodeCsv(text: string, path = 'table.csv', options: CsvOptions = {}): Batch {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, i) => ({ text: line.trim(), number: i + 1 }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
  const first = lines[0]?.text ?? '';
  const separator = [',', ';', '\t'].find((mark) => first.includes(mark)) ?? ',';
  const cells = (line: string): string[] => line.split(separator).map((cell) => cell.trim());
  const head = cells(first);
  const named = lines.length > 0 && !head.some((cell) => isNumber(cell) || missing.test(cell));
  const rows = named ? lines.slice(1) : lines;
  if (rows.length === 0) {
    return fail('E_SHAPE', {
      summary: `'${path}' holds no samples`,
      got: 'no line of numbers',
      expected: 'one line a sample',
      tryThis: ['look at the file'],
    });
  }
  const columns = chooseColumns(named ? head : undefined, head.length, options.columns ?? head.map((_, j) => j), path);
  const data = new Float64Array(rows.length * columns.length);
  rows.forEach((row, i) => {
    const values = cells(row.text);
    if (values.length !== head.length) {
      fail('E_SHAPE', {
        summary: `'${path}' has lines of different length`,
        got: `${values.length} values on line ${row.number}`,
        expected: `${head.length} as on the first line`,
        tryThis: ['complete or remove that line'],
      });
    }
    columns.forEach((column, j) => {
      const cell = values[column]!;
      const value = cell === '' ? Number.NaN : Number(cell);
      if (!Number.isFinite(value)) refuse(cell, path, row.number, column);
      data[i * columns.length + j] = value;
    });
  });
  return { data, n: rows.length, d: columns.length };
}

/** Names of columns that nobody named: y1, y2, … */
export const columnNames = (d: number): string[] => Array.from({ length: d }, (_, j) => `y${j + 1}`);

/** Lines of a batch, one a row, each after `before`. Shortest digits that read back as the same float64. */
export function csvLines({ data, n, d }: Batch, before = ''): string {
  let text = '';
  for (let i = 0; i < n; i++) text += `${before}${data.subarray(i * d, (i + 1) * d).join(',')}\n`;
  return text;
}

export const encodeCsv = (batch: Batch, names: readonly string[] = columnNames(batch.d)): string =>
  `${names.join(',')}\n${csvLines(batch)}`;

export const readCsv = async (path: string, options: CsvOptions = {}): Promise<Batch> =>
  decodeCsv(await readText(path), path, options);

export const writeCsv = (path: string, batch: Batch, names?: readonly string[]): Promise<void> =>
  writeFileAtomic(path, encodeCsv(batch, names));
