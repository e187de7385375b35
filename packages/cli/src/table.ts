/** Plain-text tables: a column a key, numbers to the right, the last column wrapped at words where the terminal is too narrow. */

export type Cell = string | number | undefined;
export type Row = Readonly<Record<string, Cell>>;

/** Four significant digits: what Monte Carlo figures carry. */
export const figure = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(4))) : String(x));

const textOf = (cell: Cell): string => (typeof cell === 'number' ? figure(cell) : (cell ?? ''));

/** Lines of at most `width` letters, broken between words; a longer word stands alone. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const gap = 2;
/** A column is not made narrower than this: a table wider than the terminal reads better than a column of syllables. */
const narrowest = 24;

/** A number, alone or with its unit. */
const isFigure = (cell: Cell): boolean => typeof cell !== 'string' || /^[-+−]?\d[\d.e+-]*( [×%])?$/.test(cell);

/** `width` in letters; by default as wide as the content. */
export function tableText(rows: readonly Row[], width = Number.POSITIVE_INFINITY): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => textOf(row[column]).length)));
  const isNumber = columns.map((column) => rows.every((row) => isFigure(row[column])));
  const last = columns.length - 1;
  const before = widths.slice(0, last).reduce((sum, each) => sum + each + gap, 0);
  widths[last] = Math.min(widths[last] ?? 0, Math.max(narrowest, width - before));
  const pad = (text: string, i: number) => (isNumber[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!));
  const line = (cells: readonly string[]) => cells.map(pad).join(' '.repeat(gap)).trimEnd();
  const lines = (cells: readonly string[]): string[] => {
    const [first = '', ...rest] = wrapped(cells[last] ?? '', widths[last]!);
    return [line([...cells.slice(0, last), first]), ...rest.map((text) => `${' '.repeat(before)}${text}`)];
  };
  return [
    line(columns),
    line(widths.map((each) => '─'.repeat(each))),
    ...rows.flatMap((row) => lines(columns.map((column) => textOf(row[column])))),
  ].join('\n');
}
