/**
 * The learnt score over the density it belongs to. For two coordinates, arrows: the direction as on the picture, the length growing as |s|/(|s| + median |s|), so
 * that weak and strong places are both seen. For one coordinate, the curve s(y).
 */
import { density2, type Interval, rangeOf, tiles } from '../density.js';
import type { ReportInput, ScoreGrid } from '../input.js';
import { backdropColours, muted } from '../theme.js';
import { axesOf, coordinateName } from './densities.js';
import { domainOf, type Figure, type Layer, schema, short, type View } from './figure.js';

const cells = 56;
const side = 230;
const longest = 20;

interface Arrow {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
  /** Degrees clockwise from up. */
  readonly angle: number;
}

/** Arrows of at most `longest` pixels on a panel of `side` pixels. */
export function arrows({ points, model }: ScoreGrid, [a, b]: readonly [Interval, Interval]): Arrow[] {
  const unit = [side / (a.to - a.from), side / (b.to - b.from)] as const;
  const drawn = Array.from({ length: points.n }, (_, i) => {
    const [x, y] = [points.data[2 * i]!, points.data[2 * i + 1]!];
    const [u, v] = [model.data[2 * i]! * unit[0], model.data[2 * i + 1]! * unit[1]];
    return { x, y, u, v, size: Math.hypot(u, v) };
  }).filter(
    ({ x, y, size }) => x >= a.from && x <= a.to && y >= b.from && y <= b.to && Number.isFinite(size) && size > 0,
  );
  const sizes = drawn.map(({ size }) => size).sort((p, q) => p - q);
  const median = sizes[sizes.length >> 1] ?? 1;
  return drawn.map(({ x, y, u, v, size }) => {
    const scale = longest / (size + median);
    return {
      x,
      y,
      x2: x + (u * scale) / unit[0],
      y2: y + (v * scale) / unit[1],
      angle: (Math.atan2(u, v) * 180) / Math.PI,
    };
  });
}

function field(input: ReportInput, grid: ScoreGrid, pair: readonly [number, number], first: boolean): View {
  const near = input.reference.find(({ t }) => Math.abs(t - grid.t) <= 1e-9 * Math.max(1, Math.abs(t)));
  const columns = { ...grid.points };
  const ranges = near
    ? ([rangeOf([near.y], pair[0]), rangeOf([near.y], pair[1])] as const)
    : ([rangeOf([columns], 0, 0), rangeOf([columns], 1, 0)] as const);
  const encoding = axesOf(input, pair, ranges, first, true);
  const layers: Layer[] = [];
  if (near) {
    const density = density2(near.y, pair, ranges, cells);
    const color = {
      field: 'level',
      type: 'quantitative',
      scale: { type: 'sqrt', domain: domainOf({ from: 0, to: 1 }), range: backdropColours },
      legend: null,
    } as const;
    layers.push({
      data: { values: tiles(density, cells, ranges, Math.max(...density)) },
      mark: { type: 'rect', aria: false },
      encoding: { ...encoding, x2: { field: 'x2' }, y2: { field: 'y2' }, color },
    });
  }
  const values = arrows(grid, ranges);
  layers.push(
    {
      data: { values },
      mark: { type: 'rule', strokeWidth: 1.3, color: '#0072b2', aria: false, clip: true },
      encoding: { ...encoding, x2: { field: 'x2' }, y2: { field: 'y2' } },
    },
    {
      data: { values },
      mark: {
        type: 'point',
        shape: 'wedge',
        filled: true,
        size: 30,
        opacity: 1,
        color: '#0072b2',
        aria: false,
        clip: true,
      },
      encoding: {
        x: { ...encoding.x, field: 'x2' },
        y: { ...encoding.y, field: 'y2' },
        angle: { field: 'angle', type: 'quantitative', scale: null },
      },
    },
  );
  return { title: `t = ${short(grid.t)}`, width: side, height: side, layer: layers };
}

function curve(input: ReportInput, { t, points, model, reference }: ScoreGrid, first: boolean): View {
  const series = [{ name: 'learnt', s: model }, ...(reference ? [{ name: 'true', s: reference }] : [])];
  const values = series.flatMap(({ name, s }) => Array.from(points.data, (y, i) => ({ y, s: s.data[i]!, name })));
  return {
    title: `t = ${short(t)}`,
    width: side,
    height: 190,
    data: { values },
    mark: { type: 'line' },
    encoding: {
      x: {
        field: 'y',
        type: 'quantitative',
        title: coordinateName(input, 0),
        axis: { grid: false, tickCount: 5 },
        scale: { nice: false, zero: false },
      },
      y: { field: 's', type: 'quantitative', title: first ? 'score' : null, axis: { tickCount: 5 } },
      color: {
        field: 'name',
        type: 'nominal',
        title: null,
        legend: { orient: 'bottom' },
        scale: { domain: ['learnt', 'true'].slice(0, series.length), range: ['#0072b2', muted] },
      },
      strokeDash: {
        field: 'name',
        type: 'nominal',
        title: null,
        scale: {
          domain: ['learnt', 'true'],
          range: [
            [1, 0],
            [4, 3],
          ],
        },
        legend: null,
      },
    },
  };
}

export function scoreFieldFigure(input: ReportInput): Figure | undefined {
  const grids = [...(input.scores ?? [])].sort((p, q) => p.t - q.t);
  const [grid] = grids;
  if (!grid) return undefined;
  const pair = input.pair ?? ([0, 1] as const);
  const flat = grid.points.d === 1;
  const panels = grids.map((one, i) => (flat ? curve(input, one, i % 3 === 0) : field(input, one, pair, i % 3 === 0)));
  return {
    name: 'score-field',
    title: 'The learnt score',
    caption: flat
      ? 'The score as a function of the state at each time.'
      : 'Arrows: the learnt score, in the directions that carry noise; it points to where the density grows fastest. Lengths are compressed so that weak and strong places are both seen. Grey: the ' +
        'simulated density.',
    spec: {
      $schema: schema,
      vconcat: panels.flatMap((_, i) => (i % 3 === 0 ? [{ hconcat: panels.slice(i, i + 3) }] : [])),
    },
  };
}
