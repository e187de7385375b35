/** Results as rows and sentences for people. */
import type { Acceptance, LinearisationError } from '@fokker/core';
import type { Evaluation, LikelihoodResult, Moments, ProcessText } from '@fokker/experiment';
import { chart } from './chart.js';
import { figure, type Row } from './table.js';

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;

/** Mean and standard deviation of each coordinate, a row a time and coordinate; `names` of the coordinates, where the process has any. */
export const momentRows = (moments: readonly Moments[], names: readonly string[] = []): Row[] =>
  moments.flatMap(({ t, mean, deviation }) =>
    mean.map((value, j) => ({
      t,
      coordinate: names[j] ?? `y${j + 1}`,
      mean: value,
      'standard deviation': deviation[j]!,
    })),
  );

/** `y1 ≥ 0, 0 ≤ y2 ≤ 1`, or `all ≥ 0` where coordinates agree. */
export const spaceText = ({ lower, upper }: Walls): string => {
  const between = (name: string, j: number): string => {
    const [from, to] = [lower[j]!, upper[j]!];
    if (Number.isFinite(from) && Number.isFinite(to)) return `${from} ≤ ${name} ≤ ${to}`;
    return Number.isFinite(from) ? `${name} ≥ ${from}` : Number.isFinite(to) ? `${name} ≤ ${to}` : `${name} any`;
  };
  const alike = lower.every((wall, j) => wall === lower[0] && upper[j] === upper[0]);
  return alike ? between('every coordinate', 0) : lower.map((_, j) => between(`y${j + 1}`, j)).join(', ');
};
type Walls = NonNullable<ProcessText['domain']>;

export interface Lost {
  readonly count: number;
  readonly of: number;
  readonly paths: readonly { readonly path: number; readonly t: number }[];
}

const named = 5;

/** How many paths left every bound, the first few by name. */
export function lostText({ count, of, paths }: Lost): string {
  if (count === 0) return `none of ${of} paths lost`;
  const first = paths.slice(0, named).map(({ path, t }) => `path ${path} at t = ${figure(t)}`);
  const rest = count > named ? `, and ${count - named} more` : '';
  return `${count} of ${of} paths lost: ${first.join(', ')}${rest}`;
}

/** Of samplers that can reject a move. */
export const acceptanceText = (acceptance: Acceptance | undefined): string[] =>
  acceptance === undefined ? [] : [`${percent(acceptance.accepted / acceptance.proposed)} of moves accepted`];

type Measured = Evaluation['samples'][number]['times'][number]['metrics'][string];
/** A distance as a multiple of its floor; of a share of points that fit, the floor as a multiple of the share. */
const timesFloor = ({ value, floor, closer }: Measured): number =>
  closer === 'larger' ? floor / value : value / floor;
/** Three digits: what a ratio of Monte Carlo distances carries. */
const multiple = (x: number): string => (Number.isFinite(x) ? `${figure(Number(x.toPrecision(3)))} ×` : String(x));

/** A row a method and metric, a column a time: distances as multiples of their floor, which stands in the last row of its metric. */
export function distanceRows({ samples }: Evaluation): Row[] {
  const metrics = Object.keys(samples[0]?.times[0]?.metrics ?? {});
  return metrics.flatMap((metric) => {
    const row = (method: string, text: (measured: Measured) => string, from = samples[0]!) => ({
      metric,
      method,
      ...Object.fromEntries(from.times.map(({ t, metrics: at }) => [`t = ${t}`, text(at[metric]!)])),
    });
    return [
      ...samples.map((each) => row(each.method, (measured) => multiple(timesFloor(measured)), each)),
      row('(floor)', ({ floor }) => figure(floor)),
    ];
  });
}

export const scoreErrorRows = ({ score }: Evaluation): Row[] =>
  score.times.flatMap(({ t, ...errors }) =>
    Object.entries(errors).map(([metric, error]) => {
      const text = score.relative.includes(metric) ? percent : figure;
      return {
        t,
        metric,
        error: text(typeof error === 'number' ? error : error.value),
        '95 % interval': typeof error === 'number' ? '' : `${text(error.low)} … ${text(error.high)}`,
      };
    }),
  );

/** Lag, and error in units of the noise, over time. */
export function linearisationCharts({ times }: LinearisationError): string {
  const sorted = [...times].sort((a, b) => a.t - b.t);
  const points = (value: (at: (typeof sorted)[number]) => number) => sorted.map((at) => ({ x: at.t, y: value(at) }));
  return [
    'lag t − s over t',
    chart([{ mark: '●', points: points(({ t, s }) => t - s) }], { height: 6 }),
    '',
    'error in units of the kernel’s noise over t: ● mean, ○ 99 %',
    chart(
      [
        { mark: '○', points: points(({ high }) => high) },
        { mark: '●', points: points(({ mean }) => mean) },
      ],
      { height: 9, logarithmic: true },
    ),
  ].join('\n');
}

const rights = {
  density: 'density',
  bound: 'lower bound on log p, upper bound on bits',
  estimate: 'estimate of the lower bound',
};

const intervalText = ({ low, high }: { low: number; high: number }): string => `${figure(low)} … ${figure(high)}`;

export const likelihoodRows = ({ kind, nats, bitsPerDim, ownError }: LikelihoodResult): Row[] => [
  {
    '': 'nats',
    mean: nats.value,
    '95 % interval over rows': intervalText(nats),
    'own error of a row': ownError,
    what: rights[kind],
  },
  { '': 'bits per coordinate', mean: bitsPerDim.value, '95 % interval over rows': intervalText(bitsPerDim) },
];
