/**
 * Lines over time in plain text: a mark a column, each series with its own, values between points by straight lines.
 *
 *       0.2 ┤            ●●●●●●●●●●●●
 *           │      ●●●●●●
 *       0.1 ┤   ●●●
 *           │●●●
 *         0 ┴────────────────────────
 *            0                     10
 */
import { figure } from './table.js';

export interface Series {
  readonly mark: string;
  /** Ascending in x. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}
export interface ChartOptions {
  /** Letters between the axes. Default 60. */
  readonly width?: number;
  /** Lines. Default 8. */
  readonly height?: number;
  /** A logarithmic axis; values that are not positive are left out. */
  readonly logarithmic?: boolean;
}

const short = (x: number): string => figure(Number(x.toPrecision(2)));

/** The value at x between the points; undefined where one of them is none. */
const valueAt = (points: Series['points'], x: number): number | undefined => {
  const next = points.findIndex((point) => point.x >= x);
  const [a, b] = [points[Math.max(0, next - 1)], points[next < 0 ? points.length - 1 : next]];
  if (a === undefined || b === undefined) return undefined;
  return b.x > a.x ? a.y + ((x - a.x) / (b.x - a.x)) * (b.y - a.y) : b.y;
};

export function chart(series: readonly Series[], options: ChartOptions = {}): string {
  const { width = 60, height = 8, logarithmic = false } = options;
  const scale = logarithmic ? Math.log10 : (y: number): number => y;
  const drawn = series.map(({ mark, points }) => ({
    mark,
    points: points.map(({ x, y }) => ({ x, y: scale(y) })).filter(({ y }) => Number.isFinite(y)),
  }));
  const all = drawn.flatMap(({ points }) => points);
  if (all.length === 0) return 'nothing to draw';
  const [left, right] = [Math.min(...all.map(({ x }) => x)), Math.max(...all.map(({ x }) => x))];
  const top = Math.max(...all.map(({ y }) => y));
  const least = Math.min(...all.map(({ y }) => y));
  const bottom = logarithmic ? Math.min(least, top - 1) : Math.min(0, least);
  const rise = top > bottom ? top - bottom : 1;
  const rows = Array.from({ length: height }, () => new Array<string>(width).fill(' '));
  for (const { mark, points } of drawn) {
    for (let column = 0; column < width; column++) {
      const y = valueAt(points, left + (column / (width - 1)) * (right - left));
      if (y === undefined) continue;
      rows[Math.round(((top - y) / rise) * (height - 1))]![column] = mark;
    }
  }
  const labelled = [0, Math.floor((height - 1) / 2), height - 1];
  const label = (row: number): string => {
    const y = top - (row / (height - 1)) * rise;
    return short(logarithmic ? 10 ** y : y);
  };
  const margin = Math.max(...labelled.map((row) => label(row).length)) + 2;
  const lines = rows.map((cells, row) => {
    const head = labelled.includes(row) ? `${label(row).padStart(margin)} ┤` : `${''.padStart(margin)} │`;
    return `${head}${cells.join('')}`.trimEnd();
  });
  const [from, to] = [short(left), short(right)];
  const axis = `${''.padStart(margin)} └${'─'.repeat(width)}`;
  return [...lines, axis, `${''.padStart(margin + 2)}${from}${to.padStart(width - from.length)}`].join('\n');
}
