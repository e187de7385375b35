/**
 * Frames of simulated paths: the integrator of numerics/integrate.ts taken from time to time.
 *
 * The interval before frame j draws from `key.at('segment', j)`, so path i depends on (key, first + i), the step and the frame times alone.
 */
import type { Batch, Key } from '../contracts/index.js';
import { fail } from '../errors.js';
import { createIntegrator, type IntegratorOptions, type Simulated } from './integrate.js';

export interface SimulationOptions extends IntegratorOptions {
  readonly key: Key;
  /** Global index of row 0. Default 0. */
  readonly first?: number;
  /** The time of `start`. Default: the process's t0. */
  readonly from?: number;
  /** Called after each frame. */
  readonly onStep?: (done: number, of: number) => void;
}
export interface SimulatedFrame {
  readonly t: number;
  readonly y: Batch;
}

/** The states at `times` (nondecreasing, none before the start) of paths started at `start` [n, d], which is left alone. E_TIME, E_DATA, E_DIVERGED. */
export const simulate = (
  sde: Simulated,
  start: Batch,
  times: readonly number[],
  options: SimulationOptions,
): SimulatedFrame[] => {
  const { key, first = 0, from = sde.span.t0, onStep } = options;
  const integrator = createIntegrator(sde, options);
  const y: Batch = { data: start.data.slice(0, start.n * start.d), n: start.n, d: start.d };
  const t0 = new Float64Array(y.n).fill(from);
  const t1 = new Float64Array(y.n);
  return times.map((t, j) => {
    const before = j === 0 ? from : times[j - 1]!;
    if (!(t >= before)) {
      fail('E_TIME', {
        summary: 'frame times run forward',
        got: `t = ${t} after t = ${before}`,
        expected: 'nondecreasing times, none before the start',
        tryThis: ['sort the times'],
      });
    }
    t1.fill(t);
    integrator.advance(y, t0, t1, key.at('segment', j), first);
    t0.fill(t);
    onStep?.(j + 1, times.length);
    return { t, y: { data: y.data.slice(), n: y.n, d: y.d } };
  });
};
