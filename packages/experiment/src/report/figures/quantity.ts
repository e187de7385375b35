/** Figures of physical quantities: curves with their bands, arrows over densities. */
import type { FieldFigure, LinesFigure, QuantityFigure } from '@fokker/core';
import { tiles } from '../density.js';
import { backdropColours, lineColours, muted } from '../theme.js';
import { arrowMarks, arrowsAt, side } from './arrows.js';
import { domainOf, type Figure, type Layer, schema, type View } from './figure.js';
import { frame, tileLayer } from './panels.js';

function lines({ across, up, series }: LinesFigure): View {
  const domain = series.map(({ name }) => name);
  const own = series.filter(({ expected }) => expected !== true);
  const range = series.map((one) =>
    one.expected === true ? muted : lineColours[own.indexOf(one) % lineColours.length]!,
  );
  const x = {
    field: 'x',
    type: 'quantitative',
    title: across,
    scale: { nice: false, zero: false },
    axis: { grid: false, tickCount: 6 },
  } as const;
  const color = {
    field: 'name',
    type: 'nominal',
    title: null,
    scale: { domain, range },
    legend: domain.length > 1 ? { orient: 'bottom', columns: 3, symbolType: 'stroke', symbolOpacity: 1 } : null,
  } as const;
  const layer = series.flatMap(({ name, points, expected }): Layer[] => {
    const values = points.map((point) => ({ ...point, name }));
    const banded = values.filter(({ low, high }) => low !== undefined && high !== undefined);
    const few = points.length <= 30 && expected !== true;
    return [
      {
        data: { values: banded },
        mark: { type: 'area', opacity: 0.16, aria: false },
        encoding: { x, y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' }, color },
      },
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 1.8, strokeDash: expected === true ? [5, 4] : [1, 0] },
        encoding: { x, y: { field: 'y', type: 'quantitative', title: up, scale: { zero: false } }, color },
      },
      ...(few
        ? [
            {
              data: { values },
              mark: { type: 'point' as const, filled: true, size: 34, opacity: 1 },
              encoding: { x, y: { field: 'y', type: 'quantitative' as const }, color },
            },
          ]
        : []),
    ];
  });
  return { width: 560, height: 280, layer };
}

type Panel = FieldFigure['panels'][number];

function panel({ across, up }: FieldFigure, { title, ranges, cells, density, arrows }: Panel, first: boolean): View {
  const axis = { grid: false, tickCount: 4 };
  const encoding = {
    x: { field: 'x', type: 'quantitative', title: across, scale: { domain: domainOf(ranges[0]), nice: false }, axis },
    y: {
      field: 'y',
      type: 'quantitative',
      title: first ? up : null,
      scale: { domain: domainOf(ranges[1]), nice: false },
      axis: { ...axis, titleAngle: 0, titlePadding: 10 },
    },
  } as const;
  const grid = Float64Array.from(density);
  const largest = grid.reduce((a, b) => Math.max(a, b), 0);
  const at = ({ from, to }: Panel['ranges'][0], i: number): number => from + ((to - from) * (i + 0.5)) / cells;
  const found = Array.from(grid, (_, cell) => ({
    x: at(ranges[0], cell % cells),
    y: at(ranges[1], Math.floor(cell / cells)),
    u: arrows[2 * cell]!,
    v: arrows[2 * cell + 1]!,
    // A cell with a thousandth of the largest density holds a handful of states: its arrow is mostly noise.
    seen: grid[cell]! > 2e-3 * largest,
  })).filter(({ u, v }) => u !== 0 || v !== 0);
  return {
    title,
    width: side,
    height: side,
    layer: [
      tileLayer(tiles(grid, cells, ranges, largest), encoding, backdropColours),
      frame,
      ...arrowMarks(encoding, arrowsAt(found, ranges)),
    ],
  };
}

function fields(figure: FieldFigure): View[] {
  const across = figure.panels.length === 4 ? 2 : 3;
  const panels = figure.panels.map((one, i) => panel(figure, one, i % across === 0));
  return panels.flatMap((_, i) => (i % across === 0 ? [{ hconcat: panels.slice(i, i + across) }] : []));
}

export const quantityFigure = (figure: QuantityFigure): Figure => ({
  name: figure.name,
  title: figure.title,
  caption: figure.caption,
  spec: { $schema: schema, vconcat: figure.kind === 'lines' ? [lines(figure)] : fields(figure) },
});
