/** What panels of states have in common: their axes, their outline, the names of coordinates, the match of times. */
import type { Batch } from '@fokker/core';
import type { Interval } from '../density.js';
import type { ReportInput } from '../input.js';
import { hairline, type MethodStyle } from '../theme.js';
import { domainOf, type Layer } from './figure.js';

/** Times that went through a file or a step grid agree up to rounding. */
export const sameTime = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));

/** All that axes need of the input of a report. */
export type Named = Pick<ReportInput, 'coordinates'>;

export const coordinateName = ({ coordinates }: Named, j: number): string => coordinates?.[j] ?? `y${j + 1}`;

/** States at one time: simulation, and each method. */
export interface Row {
  readonly t: number;
  readonly reference: Batch;
  readonly found: readonly { readonly style: MethodStyle; readonly y: Batch }[];
}

/** Two coordinates, across and up. */
export type Pair = readonly [number, number];

export const axesOf = (
  input: Named,
  pair: Pair,
  [a, b]: readonly [Interval, Interval],
  left: boolean,
  bottom: boolean,
) => {
  const axis = { grid: false, tickCount: 4 };
  const quiet = { ...axis, labels: left };
  return {
    x: {
      field: 'x',
      type: 'quantitative',
      title: bottom ? coordinateName(input, pair[0]) : null,
      scale: { domain: domainOf(a), nice: false },
      axis,
    },
    y: {
      field: 'y',
      type: 'quantitative',
      title: left ? coordinateName(input, pair[1]) : null,
      scale: { domain: domainOf(b), nice: false },
      axis: left ? { ...quiet, titleAngle: 0, titlePadding: 10 } : quiet,
    },
  } as const;
};

/** Rectangles from (x, y) to (x2, y2), coloured by the square root of a level from 0 to 1. */
export const tileLayer = (
  values: readonly object[],
  axes: Required<Pick<NonNullable<Extract<Layer, { mark: unknown }>['encoding']>, 'x' | 'y'>>,
  range: readonly string[],
  clip = false,
): Layer => ({
  data: { values: [...values] },
  mark: { type: 'rect', aria: false, clip },
  encoding: {
    ...axes,
    x2: { field: 'x2' },
    y2: { field: 'y2' },
    color: {
      field: 'level',
      type: 'quantitative',
      scale: { type: 'sqrt', domain: [0, 1], range: [...range] },
      legend: null,
    },
  },
});

/** The outline of a panel. */
export const frame: Layer = {
  data: { values: [{}] },
  mark: { type: 'rect', filled: false, stroke: hairline, strokeWidth: 1 },
  encoding: { x: { value: 0 }, x2: { value: 'width' }, y: { value: 0 }, y2: { value: 'height' } },
};
