/** Densities on one grid of the plane side by side, in one scale of colours: that of the first. */
import type { TopLevelSpec } from 'vega-lite';
import { type Interval, tiles } from '../density.js';
import { densityColours } from '../theme.js';
import { domainOf, type LayerView, schema } from './figure.js';
import { frame, tileLayer } from './panels.js';

export interface DensityPanel {
  readonly title: string;
  /** [cells²], element j · cells + i at (i, j). */
  readonly grid: Float64Array;
}

const side = 220;

export function densityPictures(
  panels: readonly DensityPanel[],
  cells: number,
  ranges: readonly [Interval, Interval],
): TopLevelSpec {
  const largest = panels[0]!.grid.reduce((a, b) => Math.max(a, b), 0);
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
  return { $schema: schema, hconcat: panels.map(view), spacing: 16 };
}
