/**
 * The learnt score over the density it belongs to. For two coordinates, arrows: the direction as on the picture, the length growing as |s|/(|s| + median |s|), so
 * that weak and strong places are both seen. For one coordinate, the curve s(y).
 */
import type { Batch } from '@fokker/core';
import { density2, type Interval, rangeOf, tiles } from '../density.js';
import type { ReportInput, ScoreGrid } from '../input.js';
import { backdropColours, muted } from '../theme.js';
import { axesOf, coordinateName, frame } from './densities.js';
import { domainOf, type Figure, type Layer, schema, short, type View } from './figure.js';

const cells = 56;
const side = 4 * cells;

const perSide = 15;

/**
 * Where to evaluate a score that is to be drawn over the states y: the middles of a regular grid over the picture of coordinates `pair`, [225, 2], or of
 * one coordinate, [61, 1].
 */
export function scorePoints(y: Batch, pair: readonly [number, number] = [0, 1]): Batch {
  if (y.d === 1) {
    const { from, to } = rangeOf([y], 0);
    return { data: Float64Array.from({ length: 61 }, (_, i) => from + ((to - from) * i) / 60), n: 61, d: 1 };
  }
  const [a, b] = pair.map((coordinate) => rangeOf([y], coordinate)) as [Interval, Interval];
  const middle = ({ from, to }: Interval, i: number): number => from + ((to - from) * (i + 0.5)) / perSide;
  const n = perSide ** 2;
  const data = Float64Array.from({ length: 2 * n }, (_, k) => {
    const point = k >> 1;
    return k % 2 === 0 ? middle(a, point % perSide) : middle(b, Math.floor(point / perSide));
  });
  return { data, n, d: 2 };
}

interface Arrow {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
  /** Degrees clockwise from up. */
  readonly angle: number;
  /** Whether the simulation reaches the point. */
  readonly seen: boolean;
}

/** The smallest distance between two points, in pixels. */
function spacing(points: readonly { px: number; py: number }[]): number {
  let least = Number.POSITIVE_INFINITY;
  points.forEach((p, i) => {
    for (let k = 0; k < i; k++) least = Math.min(least, Math.hypot(p.px - points[k]!.px, p.py - points[k]!.py));
  });
  return Number.isFinite(least) ? least : side / 10;
}

/** Arrows on a panel of `side` pixels, centred on their points and a little shorter than the points are apart. */
export function arrows(
  { points, model }: ScoreGrid,
  [a, b]: readonly [Interval, Interval],
  seen: (x: number, y: number) => boolean,
): Arrow[] {
  const unit = [side / (a.to - a.from), side / (b.to - b.from)] as const;
  const drawn = Array.from({ length: points.n }, (_, i) => {
    const [x, y] = [points.data[2 * i]!, points.data[2 * i + 1]!];
    const [u, v] = [model.data[2 * i]! * unit[0], model.data[2 * i + 1]! * unit[1]];
    return { px: x * unit[0], py: y * unit[1], x, y, u, v, size: Math.hypot(u, v) };
  }).filter(
    ({ x, y, size }) => x >= a.from && x <= a.to && y >= b.from && y <= b.to && Number.isFinite(size) && size > 0,
  );
  const sizes = drawn.map(({ size }) => size).sort((p, q) => p - q);
  const median = sizes[sizes.length >> 1] ?? 1;
  const longest = 0.95 * spacing(drawn);
  return drawn.map(({ x, y, u, v, size }) => {
    const [dx, dy] = [u, v].map((w, k) => (0.5 * longest * w) / (size + median) / unit[k]!) as [number, number];
    return {
      x: x - dx,
      y: y - dy,
      x2: x + dx,
      y2: y + dy,
      angle: (Math.atan2(u, v) * 180) / Math.PI,
      seen: seen(x, y),
    };
  });
}

const backdrop = {
  field: 'level',
  type: 'quantitative',
  scale: { type: 'sqrt', domain: domainOf({ from: 0, to: 1 }), range: backdropColours },
  legend: null,
} as const;

function field(input: ReportInput, grid: ScoreGrid, pair: readonly [number, number], first: boolean): View {
  const near = input.reference.find(({ t }) => Math.abs(t - grid.t) <= 1e-9 * Math.max(1, Math.abs(t)));
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
    layers.push({
      data: { values: map },
      mark: { type: 'rect', aria: false },
      encoding: { ...encoding, x2: { field: 'x2' }, y2: { field: 'y2' }, color: backdrop },
    });
  }
  const colour = {
    field: 'seen',
    type: 'nominal',
    legend: null,
    scale: { domain: [true, false], range: ['#0072b2', '#a9c3d6'] },
  } as const;
  const shaft = { ...encoding, x2: { field: 'x2' }, y2: { field: 'y2' }, stroke: colour };
  const head = {
    x: { ...encoding.x, field: 'x2' },
    y: { ...encoding.y, field: 'y2' },
    angle: { field: 'angle', type: 'quantitative', scale: null },
    fill: colour,
  } as const;
  layers.push(
    frame,
    { mark: { type: 'rule', strokeWidth: 1.3, aria: false, clip: true }, encoding: shaft },
    {
      mark: { type: 'point', shape: 'triangle', size: 16, opacity: 1, strokeWidth: 0, aria: false, clip: true },
      encoding: head,
    },
  );
  const data = { values: arrows(grid, ranges, seen) };
  return { title: `t = ${short(grid.t)}`, width: side, height: side, data, layer: layers };
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
  const panels = grids.map((one, i) => (flat ? curve(input, one, i % 3 === 0) : field(input, one, pair, i % 3 === 0)));
  return {
    name: 'score-field',
    title: 'The learnt score',
    caption: flat
      ? 'The score as a function of the state at each time.'
      : 'Arrows: the learnt score, in the directions that carry noise; it points to where the density grows fastest. Lengths are compressed so that weak and strong places are both seen. Grey: the ' +
        'simulated density; arrows are pale where it has no samples.',
    spec: {
      $schema: schema,
      vconcat: panels.flatMap((_, i) => (i % 3 === 0 ? [{ hconcat: panels.slice(i, i + 3) }] : [])),
    },
  };
}
