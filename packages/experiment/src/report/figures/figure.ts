/** A figure: what it is called in the folder and on the page, what it says, and its specification. */
import type { TopLevelSpec } from 'vega-lite';
import type { Interval } from '../density.js';

export interface Figure {
  /** Name of its files, without the extension. */
  readonly name: string;
  readonly title: string;
  /** How to read it: axes, units, what lies beside what. Plain text. */
  readonly caption: string;
  readonly spec: TopLevelSpec;
}

/** One view of a concatenation. */
export type View = Extract<TopLevelSpec, { vconcat: unknown }>['vconcat'][number];
export type LayerView = Extract<View, { layer: unknown }>;
export type Layer = LayerView['layer'][number];

export const schema = 'https://vega.github.io/schema/vega-lite/v6.json';

/** Three significant digits, no trailing zeros. */
export const short = (x: number): string => String(Number(x.toPrecision(3)));

export const domainOf = ({ from, to }: Interval): [number, number] => [from, to];
