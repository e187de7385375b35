/**
 * Helpers of the tests of this package: states of a process at a row of times, and averages with their standard errors.
 */
import { type Batch, rootKey, type Sde, type SdeDefinition, simulate, zeros } from '@fokker/core';

export const made = <P>(definition: SdeDefinition<P>, parameters: Readonly<Record<string, unknown>> = {}): Sde =>
  definition.create(definition.parameters.parse(parameters));

export const batchOf = (d: number, ...values: number[]): Batch => ({
  data: Float64Array.from(values),
  n: values.length / d,
  d,
});

/** One value of a vector field, [d]. */
export const fieldAt = (field: Sde['drift'], y: readonly number[], t = 0): number[] => {
  const out = zeros(1, y.length);
  field(batchOf(y.length, ...y), Float64Array.of(t), out);
  return [...out.data];
};

export interface Run {
  readonly n: number;
  readonly step: number;
  readonly times: readonly number[];
  /** Default: where the process says it starts, else N(0, I). */
  readonly start?: (out: Batch) => void;
}

/** Paths by Heun; the states at each time, [n, d]. */
export const pathsOf = (sde: Sde, { n, step, times, start }: Run): Batch[] => {
  const y = zeros(n, sde.dim);
  if (start !== undefined) start(y);
  else sde.initial?.draw(rootKey(17).at('start'), 0, y);
  const options = { scheme: 'heun', step, key: rootKey(17).at('noise') } as const;
  return simulate(sde, y, times, options).map((frame) => frame.y);
};

/**
 * Mean over paths of the time average of φ over the frames, and its standard error: paths are independent, frames of one path are not.
 */
export const averageOf = (
  frames: readonly Batch[],
  value: (y: Float64Array, at: number) => number,
): { readonly mean: number; readonly error: number } => {
  const { n, d } = frames[0]!;
  const perPath = new Float64Array(n);
  for (const { data } of frames) for (let i = 0; i < n; i++) perPath[i]! += value(data, i * d) / frames.length;
  const mean = perPath.reduce((sum, x) => sum + x, 0) / n;
  const variance = perPath.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1);
  return { mean, error: Math.sqrt(variance / n) };
};

/** from, from + gap, …, `count` times. */
export const timesFrom = (from: number, gap: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => from + k * gap);
