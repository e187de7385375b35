/**
 * What the samples look like: a row a time, a column a method, simulation first. Two coordinates as a map, a single one as a curve over the area of
 * simulation. All panels of a row share axes and colours.
 */
import type { Batch } from '@fokker/core';
import { density1, density2, type Interval, rangeOf, tiles } from '../density.js';
import type { ReportInput } from '../input.js';
import { densityColours, hairline, type MethodStyle, methodStyles, muted, simulationColour } from '../theme.js';
import { domainOf, type Figure, type Layer, type LayerView, schema, short, type View } from './figure.js';

const cells = 56;
const side = 3 * cells;

interface Row {
  readonly t: number;
  readonly reference: Batch;
  readonly found: readonly { readonly style: MethodStyle; readonly y: Batch }[];
}

/** Times with a simulation and at least one method; matched up to rounding. */
function rowsOf({ reference, samples }: ReportInput): Row[] {
  const styles = methodStyles(samples.map(({ method }) => method));
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
  return [...reference]
    .sort((a, b) => a.t - b.t)
    .map(({ t, y }) => ({
      t,
      reference: y,
      found: samples.flatMap(({ frames }, m) =>
        frames.filter((frame) => near(frame.t, t)).map((frame) => ({ style: styles[m]!, y: frame.y })),
      ),
    }))
    .filter(({ found }) => found.length > 0);
}

export const coordinateName = ({ coordinates }: ReportInput, j: number): string => coordinates?.[j] ?? `y${j + 1}`;

type Pair = readonly [number, number];
export const axesOf = (
  input: ReportInput,
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

/** The outline of a panel. */
export const frame: Layer = {
  data: { values: [{}] },
  mark: { type: 'rect', filled: false, stroke: hairline, strokeWidth: 1 },
  encoding: { x: { value: 0 }, x2: { value: 'width' }, y: { value: 0 }, y2: { value: 'height' } },
};

function maps(input: ReportInput, pair: Pair, rows: readonly Row[]): View[] {
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
          {
            data: { values: tiles(grid, cells, ranges, largest) },
            mark: { type: 'rect', aria: false },
            encoding: {
              ...encoding,
              x2: { field: 'x2' },
              y2: { field: 'y2' },
              color: {
                field: 'level',
                type: 'quantitative',
                scale: { type: 'sqrt', domain: [0, 1], range: densityColours },
                legend: null,
              },
            },
          },
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
    return { hconcat: grids.map(panel), spacing: 14 };
  });
}

function curves(input: ReportInput, rows: readonly Row[]): View[] {
  const count = 90;
  const panels = rows.map(({ t, reference, found }, r): View => {
    const range = rangeOf([reference], 0);
    const curve = (y: Batch, method: string) =>
      Array.from(density1(y, 0, range, count), (density, i) => ({
        x: range.from + ((range.to - range.from) * (i + 0.5)) / count,
        density,
        method,
      }));
    const encoding = {
      x: {
        field: 'x',
        type: 'quantitative',
        title: coordinateName(input, 0),
        scale: { domain: domainOf(range), nice: false },
        axis: { grid: false, tickCount: 5 },
      },
      y: { field: 'density', type: 'quantitative', title: r % 2 === 0 ? 'density' : null, axis: { tickCount: 4 } },
    } as const;
    const shown = [{ title: 'Simulation', colour: simulationColour }, ...found.map(({ style }) => style)];
    const color = {
      field: 'method',
      type: 'nominal',
      title: null,
      legend: { orient: 'bottom', symbolType: 'square', symbolOpacity: 1, symbolStrokeWidth: 0 },
      scale: { domain: shown.map(({ title }) => title), range: shown.map(({ colour }) => colour) },
    } as const;
    return {
      title: `t = ${short(t)}`,
      width: 280,
      height: 170,
      layer: [
        {
          data: { values: curve(reference, 'Simulation') },
          mark: { type: 'area', opacity: 0.22 },
          encoding: { ...encoding, color },
        },
        {
          data: { values: found.flatMap(({ style, y }) => curve(y, style.title)) },
          mark: { type: 'line', strokeWidth: 1.8 },
          encoding: { ...encoding, color },
        },
      ],
    };
  });
  return panels.flatMap((_, i) => (i % 2 === 0 ? [{ hconcat: panels.slice(i, i + 2) }] : []));
}

export function densityFigure(input: ReportInput): Figure | undefined {
  const rows = rowsOf(input);
  const first = rows[0];
  if (!first) return undefined;
  const pair = input.pair ?? ([0, 1] as const);
  const flat = first.reference.d === 1;
  return {
    name: 'densities',
    title: 'Model beside simulation',
    caption: flat
      ? 'Density of simulated states (grey area) and of each method (lines) at each time.'
      : `Density of ${coordinateName(input, pair[0])} and ${coordinateName(input, pair[1])} at each time: simulation at the left, then each method. Colours follow the square root ` +
        'of the density, so that tails are seen, and are the same along a row. Each row has axes of its own.',
    spec: { $schema: schema, vconcat: flat ? curves(input, rows) : maps(input, pair, rows), spacing: flat ? 18 : 10 },
  };
}
