/**
 * The learnt score over the density it belongs to: arrows for two coordinates, the curve s(y) for one.
 */
import type { Batch } from '@fokker/core';
import { density2, rangeOf, tiles } from '../density.js';
import type { ReportInput, ScoreGrid } from '../input.js';
import { backdropColours, muted } from '../theme.js';
import { arrowMarks, arrows, side } from './arrows.js';
import { type Figure, type Layer, schema, short, type View } from './figure.js';
import { axesOf, coordinateName, frame, type Pair, sameTime, tileLayer } from './panels.js';

const cells = 56;

function field(input: ReportInput, grid: ScoreGrid, pair: Pair, first: boolean): View {
  const near = input.reference.find(({ t }) => sameTime(t, grid.t));
  const columns = { ...grid.points };
  const ranges = near
    ? ([rangeOf([near.y], pair[0]), rangeOf([near.y], pair[1])] as const)
    : ([rangeOf([columns], 0, 0), rangeOf([columns], 1, 0)] as const);
  const encoding = axesOf(input, pair, ranges, first, true);
  const layers: Layer[] = [];
  let seen = (_x: number, _y: number): boolean => true;
  if (near) {
    const density = density2(near.y, pair, ranges, cells);
    const map = tiles(density, cells, ranges, Math.max(...density));
    seen = (x, y) => map.some((tile) => x >= tile.x && x <= tile.x2 && y >= tile.y && y <= tile.y2);
    layers.push(tileLayer(map, encoding, backdropColours));
  }
  layers.push(frame, ...arrowMarks(encoding, arrows(grid, ranges, seen)));
  return { title: `t = ${short(grid.t)}`, width: side, height: side, layer: layers };
}

function curve(input: ReportInput, { t, points, model, reference }: ScoreGrid, first: boolean): View {
  const domain = reference ? ['learnt', 'true'] : ['learnt'];
  const x = { field: 'y', type: 'quantitative', title: coordinateName(input, 0) } as const;
  const encoding = {
    x: { ...x, axis: { grid: false, tickCount: 5 }, scale: { nice: false, zero: false } },
    y: { field: 's', type: 'quantitative', title: first ? 'score' : null, axis: { tickCount: 5 } },
  } as const;
  const line = (name: string, s: Batch): Layer => ({
    data: { values: Array.from(points.data, (y, i) => ({ y, s: s.data[i]! })) },
    mark: { type: 'line', strokeDash: name === 'true' ? [4, 3] : [1, 0] },
    encoding: {
      ...encoding,
      color: {
        datum: name,
        type: 'nominal',
        title: null,
        legend: { orient: 'bottom' },
        scale: { domain, range: ['#0072b2', muted] },
      },
    },
  });
  const layer = [line('learnt', model), ...(reference ? [line('true', reference)] : [])];
  return { title: `t = ${short(t)}`, width: side, height: 190, layer };
}

export function scoreFieldFigure(input: ReportInput): Figure | undefined {
  const grids = [...(input.scores ?? [])].sort((p, q) => p.t - q.t);
  const [grid] = grids;
  if (!grid) return undefined;
  const pair = input.pair ?? ([0, 1] as const);
  const flat = grid.points.d === 1;
  const columns = grids.length === 4 ? 2 : 3;
  const panels = grids.map((one, i) => {
    const first = i % columns === 0;
    return flat ? curve(input, one, first) : field(input, one, pair, first);
  });
  return {
    name: 'score-field',
    title: 'The learnt score',
    caption: flat
      ? 'The score as a function of the state at each time.'
      : 'Arrows: the learnt score, in the directions that carry noise; it points to where the density grows fastest. Lengths are compressed so that weak and strong places are both seen. Grey: the ' +
        'simulated density; arrows are pale where it has no samples.',
    spec: {
      $schema: schema,
      vconcat: panels.flatMap((_, i) => (i % columns === 0 ? [{ hconcat: panels.slice(i, i + columns) }] : [])),
    },
  };
}
