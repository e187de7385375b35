/** The lag of the schedule over time, and below it what linearising over that lag cost: mean and 99 % quantile of the local error in units of the kernel's noise. */
import type { LinearisationError } from '@fokker/core';
import { simulationColour } from '../theme.js';
import { type Figure, logarithmic, schema, type View } from './figure.js';

const size = { width: 560, height: 150 };
const domain = ['mean', '99 %'];

export function linearisationFigure({ times }: LinearisationError): Figure | undefined {
  const points = [...times].sort((a, b) => a.t - b.t);
  const errors = points
    .flatMap(({ t, mean, high }) => [
      { t, of: 'mean', error: mean },
      { t, of: '99 %', error: high },
    ])
    .filter(({ error }) => error > 0);
  if (errors.length === 0) return undefined;
  const x = (title: string | null) =>
    ({
      field: 't',
      type: 'quantitative',
      title,
      scale: { zero: true, nice: true },
      axis: { grid: false, tickCount: 6, labels: title !== null },
    }) as const;
  const mark = { type: 'line', point: { size: 28, filled: true } } as const;
  const neutral = { color: simulationColour, point: { ...mark.point, color: simulationColour } };
  const lag: View = {
    ...size,
    data: { values: points.map(({ t, s }) => ({ t, lag: t - s })) },
    mark: { ...mark, ...neutral },
    encoding: {
      x: x(null),
      y: { field: 'lag', type: 'quantitative', title: 'lag t − s', scale: { zero: true }, axis: { tickCount: 4 } },
    },
  };
  const cost: View = {
    ...size,
    data: { values: errors },
    mark,
    encoding: {
      x: x('time t'),
      y: {
        field: 'error',
        type: 'quantitative',
        title: 'error / noise',
        ...logarithmic(errors.map(({ error }) => error)),
      },
      color: {
        field: 'of',
        type: 'nominal',
        title: null,
        sort: domain,
        scale: { domain, range: ['#0072b2', '#d55e00'] },
        legend: { orient: 'top', direction: 'horizontal' },
      },
    },
  };
  return {
    name: 'linearisation',
    title: 'What linearising cost',
    caption:
      'Above: how far back a target at time t starts. Below: how far its linearised kernel lands from the process, in units of the kernel’s own noise, measured on simulated states before training; 0.05 is hardly seen, 1 is as wrong as the noise is wide.',
    spec: { $schema: schema, vconcat: [lag, cost], resolve: { legend: { color: 'independent' } } },
  };
}
