/**
 * The probability current on a grid, from samples of p_t and a score.
 *
 *     of two coordinates (a, b), the rest integrated out:     j_ab(cell) = E[u_ab ; y in the cell] / area = Σ_{i in cell} u_ab(y_i) / (n · area)
 *     density p(cell) = n_cell / (n · area),     velocity u = j/p = mean of u over the cell
 *
 * exact for any number of dimensions up to the size of the cells and the noise of the counts: relative 1/√n_cell. One coordinate gives j_a. In a steady state ∇·j = 0.
 * Streams over batches; memory is the grid. Throws E_PARAMETERS, E_CAPABILITY, E_SHAPE.
 */
import { fail } from '@fokker/core';
import { createFlow } from './flow.js';
import { batchesOf, type Driven, type States } from './states.js';

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface CurrentField {
  readonly t: number;
  readonly n: number;
  /** One coordinate or two, from 0. */
  readonly coordinates: readonly number[];
  readonly ranges: readonly Range[];
  readonly cells: number;
  /** [cells] or [cells · cells]: cell (i, k) of coordinates (a, b) is element k · cells + i. */
  readonly density: Float64Array;
  /** [cells^c, c]: j_a, j_b of each cell. */
  readonly current: Float64Array;
  /** [cells^c, c]: u; zero where no sample fell. */
  readonly velocity: Float64Array;
}

export async function currentField({
  states,
  t,
  coordinates,
  ranges,
  cells = 24,
  ...driven
}: Driven & {
  readonly states: States;
  readonly t: number;
  readonly coordinates: readonly number[];
  readonly ranges: readonly Range[];
  readonly cells?: number | undefined;
}): Promise<CurrentField> {
  const flow = createFlow(driven);
  const d = flow.sde.dim;
  const c = coordinates.length;
  const fits =
    (c === 1 || c === 2) &&
    ranges.length === c &&
    new Set(coordinates).size === c &&
    coordinates.every((j) => Number.isInteger(j) && j >= 0 && j < d) &&
    ranges.every(({ from, to }) => to > from) &&
    Number.isInteger(cells) &&
    cells >= 1;
  if (!fits) {
    fail('E_PARAMETERS', {
      summary: 'a current is drawn on a grid of one or two coordinates',
      got: `coordinates ${coordinates.join(', ')}, ${ranges.map(({ from, to }) => `${from} … ${to}`).join(', ')}, ${cells} cells`,
      expected: `one or two different coordinates from 0 to ${d - 1}, an interval for each, cells ≥ 1`,
      tryThis: ['coordinates: [0, 1]', 'cells: 24'],
    });
  }
  const size = cells ** c;
  const density = new Float64Array(size);
  const current = new Float64Array(size * c);
  let n = 0;
  for await (const y of batchesOf(states, d)) {
    const { u } = await flow.at(y, t);
    for (let i = 0; i < y.n; i++, n++) {
      let cell = 0;
      for (let k = c - 1; k >= 0; k--) {
        const { from, to } = ranges[k]!;
        const at = Math.floor(((y.data[i * d + coordinates[k]!]! - from) / (to - from)) * cells);
        cell = at >= 0 && at < cells && cell >= 0 ? cell * cells + at : -1;
      }
      if (cell < 0) continue;
      density[cell]! += 1;
      for (let k = 0; k < c; k++) current[cell * c + k]! += u.data[i * d + coordinates[k]!]!;
    }
  }
  const area = ranges.reduce((product, { from, to }) => (product * (to - from)) / cells, 1);
  const velocity = current.map((sum, k) => (sum === 0 ? 0 : sum / density[Math.floor(k / c)]!));
  return {
    t,
    n,
    coordinates,
    ranges,
    cells,
    density: density.map((count) => count / (n * area)),
    current: current.map((sum) => sum / (n * area)),
    velocity,
  };
}
