/**
 * The density of a process at any time, on a grid of one resolution: the Fokker–Planck equation (numerics/fokker-planck.ts) from the data on, in the clock of the process where it has one.
 *
 *     θ_j = θ₀ + (Θ − θ₀) (j/32)²        solutions that are kept, `steps` equal steps between two of them: as what was sharp widens, like √θ, steps grow
 *
 * A solution at a time of its own goes on from the last one kept: it does not depend on what was asked before. log p is read between the cells by cubics (numerics/grid-reader.ts); where p is no
 * number that has a logarithm, it goes on as a line.
 */
import type { Dataset } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { cellCentres, createFokkerPlanck, type Grid, strides } from '../numerics/fokker-planck.js';
import { type GridReader, gridReader } from '../numerics/grid-reader.js';

const segments = 32;
/** The tables asked for last are kept. */
const tablesKept = 64;
const least = 1e-280;

/** log p; along each axis, what lies beyond the stretch around its largest value in which p has a logarithm goes on as a line. */
const extendedLog = (grid: Grid, p: Float64Array): Float64Array => {
  const f = p.map((value) => (value > least ? Math.log(value) : Number.NEGATIVE_INFINITY));
  const step = strides(grid);
  for (let a = grid.length - 1; a >= 0; a--) {
    const { cells } = grid[a]!;
    const [stride, block] = [step[a]!, cells * step[a]!];
    for (let start = 0; start < f.length; start++) {
      if (start % block < stride) extendLine(f, start, stride, cells);
    }
  }
  return f;
};

const extendLine = (f: Float64Array, start: number, stride: number, cells: number): void => {
  let top = 0;
  for (let i = 1; i < cells; i++) if (f[start + i * stride]! > f[start + top * stride]!) top = i;
  for (const way of [1, -1]) {
    const at = (i: number): number => start + i * stride;
    let i = top;
    while (i >= 0 && i < cells && Number.isFinite(f[at(i)]!)) i += way;
    if (Math.abs(i - top) < 2) continue;
    for (; i >= 0 && i < cells; i += way) f[at(i)] = 2 * f[at(i - way)]! - f[at(i - 2 * way)]!;
  }
};

/** p at any time since the start, θ in the unit of `process`. */
const solver = (process: Sde, span: number, grid: Grid, steps: number, start: Float64Array) => {
  const { advance } = createFokkerPlanck(process, grid);
  const begins = (j: number): number => process.span.t0 + span * (j / segments) ** 2;
  const kept = [start];
  return (theta: number): Float64Array => {
    const reached = Math.min(
      segments - 1,
      Math.floor(segments * Math.sqrt(Math.max(0, theta - process.span.t0) / span)),
    );
    for (let j = kept.length; j <= reached; j++) {
      const next = kept[j - 1]!.slice();
      advance(next, begins(j - 1), begins(j), steps);
      kept.push(next);
    }
    const p = kept[reached]!.slice();
    const [from, to] = [begins(reached), begins(reached + 1)];
    if (theta > from) advance(p, from, theta, Math.ceil((steps * (theta - from)) / (to - from)));
    return p;
  };
};

/** p, a number a cell, and log p between them. */
export interface GridDensity {
  readonly p: Float64Array;
  readonly read: GridReader;
}

export const densityOnGrid = (
  sde: Sde,
  density: NonNullable<Dataset['density']>,
  grid: Grid,
  steps: number,
): ((t: number) => GridDensity) => {
  const centres = cellCentres(grid);
  const start = new Float64Array(centres.n);
  density.logDensity(centres, start);
  const { t0, T } = sde.span;
  const clock = sde.timeChange?.clock;
  const since = (t: number): number => (clock === undefined ? t : clock.B(t));
  const process = sde.timeChange === undefined ? sde : { ...sde.timeChange.base, span: { t0: since(t0), T: since(T) } };
  const solve = solver(process, since(T) - since(t0), grid, steps, start.map(Math.exp));
  const tables = new Map<number, GridDensity>();
  return (t) => {
    const known = tables.get(t);
    if (known !== undefined) return known;
    const p = solve(since(t));
    const table = { p, read: gridReader(grid, extendedLog(grid, p)) };
    if (tables.size === tablesKept) tables.delete(tables.keys().next().value!);
    tables.set(t, table);
    return table;
  };
};
