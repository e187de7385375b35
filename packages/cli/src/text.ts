/** Results as rows and sentences for people. */
import type { Evaluation, Moments } from '@fokker/experiment';
import { figure, type Row } from './table.js';

/** Mean and standard deviation of each coordinate, a row a time and coordinate. */
export const momentRows = (moments: readonly Moments[]): Row[] =>
  moments.flatMap(({ t, mean, deviation }) =>
    mean.map((value, j) => ({ t, coordinate: `y${j + 1}`, mean: value, 'standard deviation': deviation[j]! })),
  );

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

/** Three digits: what a ratio of Monte Carlo distances carries. */
const multiple = (x: number): string => (Number.isFinite(x) ? `${figure(Number(x.toPrecision(3)))} ×` : String(x));

/** A row a method and metric, a column a time: distances as multiples of their floor, which stands in the last row of its metric. */
export function distanceRows({ samples }: Evaluation): Row[] {
  const metrics = Object.keys(samples[0]?.times[0]?.metrics ?? {});
  return metrics.flatMap((metric) => {
    const row = (method: string, text: (measured: { value: number; floor: number }) => string, from = samples[0]!) => ({
      metric,
      method,
      ...Object.fromEntries(from.times.map(({ t, metrics: at }) => [`t = ${t}`, text(at[metric]!)])),
    });
    return [
      ...samples.map((each) => row(each.method, ({ value, floor }) => multiple(value / floor), each)),
      row('(floor)', ({ floor }) => figure(floor)),
    ];
  });
}

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;

export const scoreErrorRows = ({ score }: Evaluation): Row[] =>
  score.times.flatMap(({ t, ...errors }) =>
    Object.entries(errors).map(([metric, error]) => ({
      t,
      metric,
      error: typeof error === 'number' ? percent(error) : percent(error.value),
      '95 % interval': typeof error === 'number' ? '' : `${percent(error.low)} … ${percent(error.high)}`,
    })),
  );
