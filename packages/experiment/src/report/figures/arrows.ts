/**
 * Score arrows on a square panel: the direction as on the picture, the length growing as |s|/(|s| + median |s|), so that weak and strong places are both seen.
 */
import type { Batch } from '@fokker/core';
import { type Interval, rangeOf } from '../density.js';
import type { ScoreGrid } from '../input.js';
import type { Layer } from './figure.js';

/** Pixels of the panel. */
export const side = 224;
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

/** A vector (u, v) at a point of the picture, in its units. */
export interface Vector {
  readonly x: number;
  readonly y: number;
  readonly u: number;
  readonly v: number;
  /** Whether the simulation reaches the point. */
  readonly seen: boolean;
}

interface Arrow {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
  /** Degrees clockwise from up. */
  readonly angle: number;
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
export function arrowsAt(vectors: readonly Vector[], [a, b]: readonly [Interval, Interval]): Arrow[] {
  const unit = [side / (a.to - a.from), side / (b.to - b.from)] as const;
  const drawn = vectors
    .map(({ x, y, u, v, seen }) => {
      const [across, up] = [u * unit[0], v * unit[1]];
      return { px: x * unit[0], py: y * unit[1], x, y, u: across, v: up, size: Math.hypot(across, up), seen };
    })
    .filter(
      ({ x, y, size }) => x >= a.from && x <= a.to && y >= b.from && y <= b.to && Number.isFinite(size) && size > 0,
    );
  const sizes = drawn.map(({ size }) => size).sort((p, q) => p - q);
  const median = sizes[sizes.length >> 1] ?? 1;
  const longest = 0.95 * spacing(drawn);
  return drawn.map(({ x, y, u, v, size, seen }) => {
    const [dx, dy] = [u, v].map((w, k) => (0.5 * longest * w) / (size + median) / unit[k]!) as [number, number];
    return { x: x - dx, y: y - dy, x2: x + dx, y2: y + dy, angle: (Math.atan2(u, v) * 180) / Math.PI, seen };
  });
}

/** The same for the points of a score grid. */
export const arrows = (
  { points, model }: ScoreGrid,
  ranges: readonly [Interval, Interval],
  seen: (x: number, y: number) => boolean,
): Arrow[] =>
  arrowsAt(
    Array.from({ length: points.n }, (_, i) => {
      const [x, y] = [points.data[2 * i]!, points.data[2 * i + 1]!];
      return { x, y, u: model.data[2 * i]!, v: model.data[2 * i + 1]!, seen: seen(x, y) };
    }),
    ranges,
  );

const colour = {
  field: 'seen',
  type: 'nominal',
  legend: null,
  scale: { domain: [true, false], range: ['#0072b2', '#a9c3d6'] },
} as const;

/** Shafts and heads; pale where no samples are. */
export function arrowMarks<E extends { readonly x: object; readonly y: object }>(
  encoding: E,
  values: readonly Arrow[],
): Layer[] {
  const shaft = { ...encoding, x2: { field: 'x2' }, y2: { field: 'y2' }, stroke: colour };
  const head = {
    x: { ...encoding.x, field: 'x2' },
    y: { ...encoding.y, field: 'y2' },
    angle: { field: 'angle', type: 'quantitative', scale: null },
    fill: colour,
  } as const;
  const data = { values: [...values] };
  return [
    { data, mark: { type: 'rule', strokeWidth: 1.3, aria: false, clip: true }, encoding: shaft },
    {
      data,
      mark: { type: 'point', shape: 'triangle', size: 16, opacity: 1, strokeWidth: 0, aria: false, clip: true },
      encoding: head,
    },
  ];
}
