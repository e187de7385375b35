/** Plain-text tables: a column a key, numbers to the right. */

export type Cell = string | number | undefined;
export type Row = Readonly<Record<string, Cell>>;

/** Four significant digits: what Monte Carlo figures carry. */
export const figure = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(4))) : String(x));

const textOf = (cell: Cell): string => (typeof cell === 'number' ? figure(cell) : (cell ?? ''));

export function tableText(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => textOf(row[column]).length)));
  const isNumber = columns.map((column) =>
    rows.every((row) => typeof row[column] === 'number' || row[column] === undefined),
  );
  const pad = (text: string, i: number) => (isNumber[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!));
  const line = (cells: readonly string[]) => cells.map(pad).join('  ').trimEnd();
  return [
    line(columns),
    line(widths.map((width) => '─'.repeat(width))),
    ...rows.map((row) => line(columns.map((column) => textOf(row[column])))),
  ].join('\n');
}
