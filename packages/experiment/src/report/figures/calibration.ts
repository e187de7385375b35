/**
 * Calibration of samples, coordinate by coordinate: at the q-quantile of the simulation, the share of samples below it, less q.
 *
 *     d(q) = F_samples(F_simulation⁻¹(q)) − q,    |d| ≤ √(ln(2/α)/2) (n^{−½} + m^{−½}) with 95 % for equal laws (Dvoretzky–Kiefer–Wolfowitz)
 */
import type { Batch } from '@fokker/core';
import type { ReportInput } from '../input.js';
import { hairline, isControl, methodTitle, timeColours } from '../theme.js';
import { domainOf, type Figure, schema, short, type View } from './figure.js';
import { coordinateName, sameTime } from './panels.js';

const points = 60;
const title = 'excess of samples below';
const most = 2;

const sortedColumn = ({ data, n, d }: Batch, j: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => data[i * d + j]!).sort();

/** Number of values of an ascending array that are at most x. */
function countUpTo(sorted: Float64Array, x: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** d(q) at evenly spaced q. */
export function excess(samples: Batch, simulation: Batch, j: number): { q: number; d: number }[] {
  const [a, b] = [sortedColumn(samples, j), sortedColumn(simulation, j)];
  return Array.from({ length: points - 1 }, (_, k) => {
    const q = (k + 1) / points;
    const value = b[Math.ceil(q * b.length) - 1]!;
    return { q, d: countUpTo(a, value) / a.length - countUpTo(b, value) / b.length };
  });
}

export function calibrationFigure(input: ReportInput): Figure | undefined {
  const methods = input.samples.filter(({ method }) => !isControl(method));
  const first = input.reference[0];
  if (methods.length === 0 || first === undefined) return undefined;
  const coordinates = Array.from({ length: Math.min(most, first.y.d) }, (_, k) => input.pair?.[k] ?? k);
  const times = [...input.reference].map(({ t }) => t).sort((a, b) => a - b);
  const n = Math.min(...methods.flatMap(({ frames }) => frames.map(({ y }) => y.n)));
  const half = Math.sqrt(Math.log(2 / 0.05) / 2) * (n ** -0.5 + first.y.n ** -0.5);
  const curves = methods.flatMap(({ method, frames }) =>
    coordinates.map((j) => ({
      method,
      j,
      values: frames.flatMap(({ t, y }) => {
        const simulation = input.reference.find((reference) => sameTime(reference.t, t));
        return simulation === undefined
          ? []
          : excess(y, simulation.y, j).map((point) => ({ ...point, t: `t = ${short(t)}` }));
      }),
    })),
  );
  const largest = Math.max(half, ...curves.flatMap(({ values }) => values.map(({ d }) => Math.abs(d)))) * 1.1;
  const y = {
    type: 'quantitative',
    scale: { domain: domainOf({ from: -largest, to: largest }), nice: false },
    axis: { tickCount: 5, format: '+.0%' },
  } as const;
  const x = {
    field: 'q',
    type: 'quantitative',
    scale: { domain: domainOf({ from: 0, to: 1 }) },
    axis: { grid: false, tickCount: 5, format: '~%' },
  } as const;
  const panel = ({ method, j, values }: (typeof curves)[number], left: boolean): View => ({
    title: `${methodTitle(method)}, ${coordinateName(input, j)}`,
    width: 290,
    height: 170,
    layer: [
      {
        data: { values: [{ low: -half, high: half }] },
        mark: { type: 'rect', color: hairline, opacity: 0.6 },
        encoding: { y: { ...y, field: 'low', title: left ? title : null }, y2: { field: 'high' } },
      },
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 1.6 },
        encoding: {
          x: { ...x, title: 'quantile of the simulation' },
          y: { ...y, field: 'd', title: left ? title : null },
          color: {
            field: 't',
            type: 'nominal',
            title: null,
            sort: null,
            scale: { domain: times.map((t) => `t = ${short(t)}`), range: timeColours },
            legend: { orient: 'bottom', columns: 4, symbolType: 'stroke' },
          },
        },
      },
    ],
  });
  const across = coordinates.length;
  return {
    name: 'calibration',
    title: 'Calibration',
    caption:
      'How many more samples than simulated states lie below each quantile of the simulation, for each coordinate. Grey: where 95 % of curves of equal laws stay as a whole.',
    spec: {
      $schema: schema,
      vconcat: curves.flatMap((_, i) =>
        i % across === 0 ? [{ hconcat: curves.slice(i, i + across).map((one, k) => panel(one, k === 0)) }] : [],
      ),
    },
  };
}
