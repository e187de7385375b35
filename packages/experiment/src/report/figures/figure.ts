/** A figure: what it is called in the folder and on the page, what it says, and its specification. */
import type { TopLevelSpec } from 'vega-lite';
import { rounded } from '../../numbers.js';
import type { Interval } from '../density.js';

export interface Figure {
  /** Name of its files, without the extension. */
  readonly name: string;
  readonly title: string;
  /** How to read it: axes, units, what lies beside what. Plain text. */
  readonly caption: string;
  readonly spec: TopLevelSpec;
  /** What becomes of the SVG once it is drawn; the PNG is of the SVG as it was. */
  readonly finish?: (svg: string) => string;
}

/** One view of a concatenation. */
export type View = Extract<TopLevelSpec, { vconcat: unknown }>['vconcat'][number];
export type LayerView = Extract<View, { layer: unknown }>;
export type Layer = LayerView['layer'][number];

export const schema = 'https://vega.github.io/schema/vega-lite/v6.json';

/** Three significant digits. */
export const short = (x: number): string => String(rounded(x));

export const domainOf = ({ from, to }: Interval): [number, number] => [from, to];

/** x, or the end of the interval beyond which it lies: what runs away is drawn at the edge of the picture. */
export const within = (x: number, { from, to }: Interval): number => Math.min(to, Math.max(from, x));

/** More ticks than this stand on each other. */
const mostTicks = 14;

/** A logarithmic axis that ends where the values end, with ticks at 1, 2, 5 (or closer where few of these fall inside, at powers of ten where many do). */
export function logarithmic(values: readonly number[]) {
  const [low, high] = [Math.min(...values) / 1.15, Math.max(...values) * 1.15];
  const ticks = (mantissas: readonly number[]): number[] => {
    const first = Math.floor(Math.log10(low));
    const decades = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i);
    return decades
      .flatMap((k) => mantissas.map((m) => Number(`${m}e${k}`)))
      .filter((tick) => tick >= low && tick <= high);
  };
  const coarse = ticks([1, 2, 5]);
  return {
    scale: { type: 'log' as const, domain: [low, high], nice: false },
    axis: {
      values: coarse.length > mostTicks ? ticks([1]) : coarse.length >= 3 ? coarse : ticks([1, 1.5, 2, 3, 4, 5, 6, 8]),
      format: low < 1e-3 || high >= 1e5 ? '.0e' : '~g',
    },
  };
}
