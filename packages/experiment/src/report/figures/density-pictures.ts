/** Densities on one grid of the plane side by side, a row in one scale of colours. */
import type { TopLevelSpec } from 'vega-lite';
import { type Interval, tiles } from '../density.js';
import { densityColours } from '../theme.js';
import { domainOf, type LayerView, schema, type View } from './figure.js';
import { frame, tileLayer } from './panels.js';

export interface DensityPanel {
  readonly title: string;
  /** [cells²], element j · cells + i at (i, j). */
  readonly grid: Float64Array;
}

/** What is darkest is `largest`: by default the first panel's largest. */
export interface DensityRow {
  readonly panels: readonly DensityPanel[];
  readonly largest?: number;
}

const side = 220;

export const densityPictures = (
  rows: readonly DensityRow[],
  cells: number,
  ranges: readonly [Interval, Interval],
): TopLevelSpec => ({ $schema: schema, vconcat: rows.map((row) => rowOf(row, cells, ranges)) });

function rowOf({ panels, largest: given }: DensityRow, cells: number, ranges: readonly [Interval, Interval]): View {
  const largest = given ?? panels[0]!.grid.reduce((a, b) => Math.max(a, b), 0);
  const axis = (range: Interval) =>
    ({ title: null, scale: { domain: domainOf(range), nice: false }, axis: { grid: false, tickCount: 4 } }) as const;
  const view = ({ title, grid }: DensityPanel): LayerView => ({
    width: side,
    height: side,
    title,
    layer: [
      tileLayer(
        tiles(grid, cells, ranges, largest),
        {
          x: { field: 'x', type: 'quantitative', ...axis(ranges[0]) },
          y: { field: 'y', type: 'quantitative', ...axis(ranges[1]) },
        },
        densityColours,
      ),
      frame,
    ],
  });
  return { hconcat: panels.map(view), spacing: 16 };
}
