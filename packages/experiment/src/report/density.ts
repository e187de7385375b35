/**
 * Estimates of one- and two-dimensional densities on regular grids, for pictures.
 *
 *     p(cell) = (samples in the cell) / (n · area),  then a Gaussian filter whose standard deviation is one cell
 *
 * Samples beyond the grid (and lost paths that are not finite) are counted in n and drawn nowhere, so what leaves a picture is missing from it.
 */
import type { Batch } from '@fokker/core';

export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** The interval between two quantiles of a coordinate over all batches, widened by `margin` of its length on both sides. */
export function rangeOf(batches: readonly Batch[], coordinate: number, quantile = 0.001, margin = 0.06): Interval {
  const values = batches.flatMap(({ data, n, d }) => Array.from({ length: n }, (_, i) => data[i * d + coordinate]!));
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  if (sorted.length === 0) return { from: -1, to: 1 };
  const low = sorted[Math.floor(quantile * (sorted.length - 1))]!;
  const high = sorted[Math.ceil((1 - quantile) * (sorted.length - 1))]!;
  const pad = high > low ? margin * (high - low) : 0.5;
  return { from: low - pad, to: high + pad };
}

/** e^{−k²/2} for k = −3 … 3, normalised. */
const weights = ((raw) => raw.map((w) => w / raw.reduce((a, b) => a + b, 0)))(
  [-3, -2, -1, 0, 1, 2, 3].map((k) => Math.exp(-0.5 * k * k)),
);

/** Filters rows of length `cells`, stepping by `stride`; what would leave the grid is reflected. */
function smooth(grid: Float64Array, cells: number, stride: number, start: number, row: Float64Array): void {
  for (let i = 0; i < cells; i++) {
    let total = 0;
    for (let k = -3; k <= 3; k++) {
      const j = i + k < 0 ? -(i + k) - 1 : i + k >= cells ? 2 * cells - 1 - (i + k) : i + k;
      total += weights[k + 3]! * grid[start + j * stride]!;
    }
    row[i] = total;
  }
  for (let i = 0; i < cells; i++) grid[start + i * stride] = row[i]!;
}

const cellOf = (value: number, { from, to }: Interval, cells: number): number =>
  Math.floor(((value - from) / (to - from)) * cells);

/** Density of one coordinate on `cells` cells. */
export function density1(y: Batch, coordinate: number, range: Interval, cells: number): Float64Array {
  const grid = new Float64Array(cells);
  const unit = cells / (y.n * (range.to - range.from));
  for (let i = 0; i < y.n; i++) {
    const cell = cellOf(y.data[i * y.d + coordinate]!, range, cells);
    if (cell >= 0 && cell < cells) grid[cell]! += unit;
  }
  smooth(grid, cells, 1, 0, new Float64Array(cells));
  return grid;
}

/** Density of two coordinates on cells × cells; cell (i, j) of coordinates (a, b) is element j · cells + i. */
export function density2(
  y: Batch,
  pair: readonly [number, number],
  [rangeA, rangeB]: readonly [Interval, Interval],
  cells: number,
): Float64Array {
  const grid = new Float64Array(cells * cells);
  const unit = cells ** 2 / (y.n * (rangeA.to - rangeA.from) * (rangeB.to - rangeB.from));
  for (let k = 0; k < y.n; k++) {
    const i = cellOf(y.data[k * y.d + pair[0]]!, rangeA, cells);
    const j = cellOf(y.data[k * y.d + pair[1]]!, rangeB, cells);
    if (i >= 0 && i < cells && j >= 0 && j < cells) grid[j * cells + i]! += unit;
  }
  const row = new Float64Array(cells);
  for (let k = 0; k < cells; k++) smooth(grid, cells, 1, k * cells, row);
  for (let k = 0; k < cells; k++) smooth(grid, cells, cells, k, row);
  return grid;
}

/** A horizontal run of cells of one level, in coordinates of the picture. */
export interface Tile {
  readonly x: number;
  readonly x2: number;
  readonly y: number;
  readonly y2: number;
  /** Density over the largest, rounded to a level; in (0, 1]. */
  readonly level: number;
}

/** Levels of the square root, so that tails are seen; cells of the lowest are left out. */
const levels = 16;

/** Joins neighbouring cells of one level: a tenth as many shapes as cells. */
export function tiles(
  grid: Float64Array,
  cells: number,
  [rangeA, rangeB]: readonly [Interval, Interval],
  largest: number,
): Tile[] {
  const found: Tile[] = [];
  if (!(largest > 0)) return found;
  const at = ({ from, to }: Interval, i: number): number => from + ((to - from) * i) / cells;
  for (let j = 0; j < cells; j++) {
    for (let i = 0, end = 0; i < cells; i = end) {
      const levelOf = (k: number): number =>
        Math.round(levels * Math.sqrt(Math.min(1, grid[j * cells + k]! / largest)));
      const level = levelOf(i);
      for (end = i + 1; end < cells && levelOf(end) === level; ) end += 1;
      if (level === 0) continue;
      found.push({
        x: at(rangeA, i),
        x2: at(rangeA, end),
        y: at(rangeB, j),
        y2: at(rangeB, j + 1),
        level: (level / levels) ** 2,
      });
    }
  }
  return found;
}
