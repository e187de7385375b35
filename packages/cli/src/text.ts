/** Results as rows and sentences for people. */
import type { Evaluation, StateFrame } from '@fokker/experiment';
import { momentsOf } from '@fokker/experiment';
import { figure, type Row } from './table.js';

/** Mean and standard deviation of each coordinate of a frame. */
export function momentRows({ t, y }: StateFrame): Row[] {
  const { mean, deviation } = momentsOf(t, y);
  return mean.map((value, j) => ({ t, coordinate: j + 1, mean: value, deviation: deviation[j]! }));
}

export interface Lost {
  readonly count: number;
  readonly of: number;
  readonly paths: readonly { readonly path: number; readonly t: number }[];
}

const named = 5;

/** How many paths left every bound, the first few by name. */
export function lostText({ count, of, paths }: Lost): string {
  if (count === 0) return `no path lost of ${of}`;
  const first = paths.slice(0, named).map(({ path, t }) => `path ${path} at t = ${figure(t)}`);
  const rest = count > named ? `, and ${count - named} more` : '';
  return `${count} of ${of} paths lost: ${first.join(', ')}${rest}`;
}

/** A row a method and metric, a column a time. */
export function distanceRows({ samples }: Evaluation): Row[] {
  return samples.flatMap(({ method, times }) =>
    Object.keys(times[0]?.metrics ?? {}).map((metric) => ({
      method,
      metric,
      ...Object.fromEntries(
        times.map(({ t, metrics }) => {
          const { value, floor } = metrics[metric]!;
          return [`t = ${t}`, `${figure(Number((value / floor).toPrecision(3)))} ×`];
        }),
      ),
    })),
  );
}

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;

export function scoreErrorRows({ score }: Evaluation): Row[] {
  return score.times.flatMap(({ t, ...errors }) =>
    Object.entries(errors).map(([metric, error]) => ({
      t,
      metric,
      error: typeof error === 'number' ? percent(error) : percent(error.value),
      interval: typeof error === 'number' ? '' : `${percent(error.low)} … ${percent(error.high)}`,
    })),
  );
}
