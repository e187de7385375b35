/** Densities of one coordinate: a panel a time, the methods as lines over the area of simulation. */
import type { Batch } from '@fokker/core';
import { density1, rangeOf } from '../density.js';
import type { ReportInput } from '../input.js';
import { simulationColour } from '../theme.js';
import { domainOf, short, type View } from './figure.js';
import { coordinateName, type Row } from './panels.js';

export function densityCurves(input: ReportInput, rows: readonly Row[]): View[] {
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
