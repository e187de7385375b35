/**
 * The longest lag [σ, θ] that a pilot accepts, all in the process's clock: upwards from a trial while accepted, else downwards (a-posteriori.ts has the criteria).
 */
import type { Clock } from '../contracts/capabilities.js';
import type { Key } from '../contracts/random.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import type { Pilot } from '../training/pilot.js';
import { createDefectMeter } from './defect.js';
import { stabilityAt } from './guard.js';

/** The start σ of an accepted lag, and the mean ρ measured for it. */
export interface AcceptedLag {
  readonly start: number;
  readonly defect: number;
}
/** Lags ending at θ, no longer than `longest` ≤ θ − B(t0). */
export type LagSearch = (theta: number, trial: number, longest: number) => AcceptedLag;

const growth = 1.5;
const shortestShare = 1e-6;
const tail = 20;

export const createLagSearch = (
  sde: Sde,
  clock: Pick<Clock, 'B' | 'inverse'>,
  pilot: Pilot,
  tolerance: number,
  key: Key,
): LagSearch => {
  const { t0, T } = sde.span;
  const origin = clock.B(t0);
  const shortest = shortestShare * (clock.B(T) - origin);
  const measure = createDefectMeter(sde, key);

  /** What is accepted of the lag from σ to θ, or the factor by which to shorten it. */
  const judge = (start: number, theta: number): AcceptedLag | number => {
    const s = start > origin ? Math.max(t0, clock.inverse(start)) : t0;
    const ys = pilot.at(s);
    if (!stabilityAt(sde, ys, s).usually(theta - start)) return 0.5;
    const { mean, high } = measure(ys, s, Math.min(T, clock.inverse(theta)));
    const excess = Math.max(mean, high / tail) / tolerance;
    return excess <= 1 ? { start, defect: mean } : Math.min(0.9, Math.max(0.5, 1 / Math.sqrt(excess)));
  };

  return (theta, trial, longest) => {
    let best: AcceptedLag | undefined;
    let shortened = false;
    for (let lag = Math.min(trial, longest); lag > shortest; ) {
      const verdict = judge(Math.max(origin, theta - lag), theta);
      if (typeof verdict !== 'number') {
        best = verdict;
        if (shortened || lag >= longest) return best;
        lag = Math.min(growth * lag, longest);
      } else {
        if (best !== undefined) return best;
        shortened = true;
        lag *= verdict;
      }
    }
    return fail('E_SCHEDULE', {
      summary: `no lag is short enough at t = ${clock.inverse(theta)}`,
      got: `a local error above ${tolerance} at every lag down to ${shortestShare} of the span`,
      expected: 'a drift that is nearly linear over some lag',
      tryThis: ['schedule.tolerance: a larger one', 'schedule.id: constant', 'check the drift for jumps'],
    });
  };
};
