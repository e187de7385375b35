/**
 * A square grid of cells × cells over a box of the plane. Cell (i, j) of coordinates (y₁, y₂) is element j · cells + i, its point the centre:
 *
 *     y₁ = a₁ + (i + ½) h₁,   h₁ = (b₁ − a₁)/cells
 */
import type { Batch } from '@fokker/core';
import type { Interval } from '../report/density.js';

export interface Grid {
  readonly cells: number;
  readonly ranges: readonly [Interval, Interval];
}

const length = ({ from, to }: Interval): number => to - from;

/** Area of a cell. */
export const cellArea = ({ cells, ranges: [a, b] }: Grid): number => (length(a) * length(b)) / cells ** 2;

/** The centres, [cells², 2]. */
export function centres({ cells, ranges: [a, b] }: Grid): Batch {
  const data = new Float64Array(2 * cells * cells);
  for (let j = 0, k = 0; j < cells; j++) {
    for (let i = 0; i < cells; i++, k += 2) {
      data[k] = a.from + ((i + 0.5) * length(a)) / cells;
      data[k + 1] = b.from + ((j + 0.5) * length(b)) / cells;
    }
  }
  return { data, n: cells * cells, d: 2 };
}

/** Adds points to the counts of their cells; returns how many lie outside. */
export function count({ cells, ranges: [a, b] }: Grid, y: Batch, into: Float64Array): number {
  let outside = 0;
  for (let k = 0; k < y.n; k++) {
    const i = Math.floor(((y.data[2 * k]! - a.from) / length(a)) * cells);
    const j = Math.floor(((y.data[2 * k + 1]! - b.from) / length(b)) * cells);
    if (i >= 0 && i < cells && j >= 0 && j < cells) into[j * cells + i]! += 1;
    else outside += 1;
  }
  return outside;
}

/** log Σ e^{f} · area, from values at the centres. */
export function logIntegral(f: Float64Array, grid: Grid): number {
  const largest = f.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return largest + Math.log(f.reduce((sum, value) => sum + Math.exp(value - largest), 0) * cellArea(grid));
}
