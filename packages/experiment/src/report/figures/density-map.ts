/** Densities of two coordinates: a row a time, a column a method, simulation first. A row shares its axes and the scale of its colours. */
import { density2, rangeOf, tiles } from '../density.js';
import { densityColours, muted } from '../theme.js';
import { type LayerView, short, type View } from './figure.js';
import { axesOf, frame, type Named, type Pair, type Row, tileLayer } from './panels.js';

const cells = 56;
const side = 3 * cells;

export function densityMaps(input: Named, pair: Pair, rows: readonly Row[]): View[] {
  return rows.map(({ t, reference, found }, r) => {
    const ranges = [rangeOf([reference], pair[0]), rangeOf([reference], pair[1])] as const;
    const grids = [reference, ...found.map(({ y }) => y)].map((y) => density2(y, pair, ranges, cells));
    const largest = Math.max(...grids[0]!);
    const titles = ['Simulation', ...found.map(({ style }) => style.title)];
    const panel = (grid: Float64Array, i: number): LayerView => {
      const encoding = axesOf(input, pair, ranges, i === 0, r === rows.length - 1);
      return {
        width: side,
        height: side,
        ...(r === 0 ? { title: titles[i]! } : {}),
        layer: [
          tileLayer(tiles(grid, cells, ranges, largest), encoding, densityColours),
          frame,
          {
            data: { values: i === 0 ? [{}] : [] },
            mark: {
              type: 'text',
              text: `t = ${short(t)}`,
              align: 'left',
              baseline: 'top',
              fontWeight: 600,
              color: muted,
              fontSize: 11.5,
            },
            encoding: { x: { value: 7 }, y: { value: 7 } },
          },
        ],
      };
    };
    return { hconcat: grids.map(panel), spacing: 20 };
  });
}
