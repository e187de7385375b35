/**
 * The lag by measured error, for any process (MATH §4.4): at each of a grid of times the largest lag that a pilot accepts,
 *
 *     mean ρ ≤ tolerance,   99 % quantile of ρ ≤ 20 · tolerance,   stable at 99 % of the start points (guard)
 *
 * with ρ the local error of the linearised kernel in units of its own noise (defect.ts). Trial lags start at 1.5 times the one accepted before, grow by 1.5 while accepted
 * and shrink by √(tolerance/ρ), kept within [½, 0.9], while not. The start times s_j are made nondecreasing by a running maximum, which only shortens lags, and s is
 * linear between the t_j. The first t_j is the last one found for which t0 is an acceptable start; from there times double up to a grid of equal steps.
 *
 * Throws E_SCHEDULE when no lag above 10⁻⁶ of the span is accepted at some time.
 */
import { z } from 'zod';
import type { ScheduleDefinition } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { piecewiseLinear } from '../training/curve.js';
import { createPilot, type Pilot } from '../training/pilot.js';
import { readPrepared } from '../training/read-prepared.js';
import { createDefectMeter, type DefectMeter } from './defect.js';
import { stabilityAt } from './guard.js';

const options = z.strictObject({
  tolerance: z.number().positive().default(0.05).describe('largest mean local error, in units of the kernel’s noise'),
  maxLag: z.number().positive().optional().describe('longest lag tried, in units of time; the whole span'),
  points: z.int().min(2).default(32).describe('times at which the lag is measured'),
  paths: z.int().min(100).default(2048).describe('pilot paths'),
});
type Options = z.infer<typeof options>;

const prepared = z.object({
  rule: z.literal('a-posteriori'),
  tolerance: z.number().positive(),
  /** Grid times, the start time of each, and the mean ρ that was accepted there. */
  t: z.array(z.number()).min(1),
  s: z.array(z.number()),
  defect: z.array(z.number()),
});

const growth = 1.5;
const shortestShare = 1e-6;

/** A lag accepted at some time, as its start, and the mean ρ measured for it. */
interface Accepted {
  readonly s: number;
  readonly defect: number;
}

/** Finds the longest acceptable lag ending at t, no longer than `longest`, from `trial` on: upwards while accepted, else downwards. */
const createSearch = (sde: Sde, { tolerance }: Options, pilot: Pilot, measure: DefectMeter) => {
  const { t0, T } = sde.span;
  const clock = sde.timeChange?.clock;
  /** What is accepted of the lag from s to t, or the factor by which to shorten it. */
  const judge = (s: number, t: number): Accepted | number => {
    const ys = pilot.at(s);
    if (!stabilityAt(sde, ys, s)(clock === undefined ? t - s : clock.B(t) - clock.B(s))) return 0.5;
    const { mean, high } = measure(ys, s, t);
    const excess = Math.max(mean, high / 20) / tolerance;
    return excess <= 1 ? { s, defect: mean } : Math.min(0.9, Math.max(0.5, 1 / Math.sqrt(excess)));
  };
  return (t: number, trial: number, longest: number): Accepted => {
    let best: Accepted | undefined;
    let shortened = false;
    for (let lag = Math.min(trial, longest); lag > shortestShare * (T - t0); ) {
      const verdict = judge(Math.max(t0, t - lag), t);
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
      summary: `no lag is short enough at t = ${t}`,
      got: `a local error above ${tolerance} at every lag down to ${shortestShare} of the span`,
      expected: 'a drift that is nearly linear over some lag',
      tryThis: ['schedule.tolerance: a larger one', 'schedule.id: constant', 'check the drift for jumps'],
    });
  };
};

export const aPosteriori: ScheduleDefinition<Options> = {
  id: 'a-posteriori',
  summary: 'the largest lag whose measured local error meets a tolerance, at each time',
  options,
  create: (choice) => ({
    prepare(sde, data, key) {
      const { t0, T } = sde.span;
      const { tolerance, points, paths, maxLag = T - t0 } = choice;
      const pilot = createPilot({ sde, data }, paths, key.at('pilot'));
      const search = createSearch(sde, choice, pilot, createDefectMeter(sde, key.at('defect')));
      const t: number[] = [];
      const s: number[] = [];
      const defect: number[] = [];
      const visit = (time: number, trial: number): number => {
        const found = search(time, trial, Math.min(maxLag, time - t0));
        t.push(time);
        s.push(Math.max(found.s, s.at(-1) ?? t0));
        defect.push(found.defect);
        return time - found.s;
      };
      const spacing = (T - t0) / points;
      let near = Math.min(spacing, maxLag);
      for (let found = search(t0 + near, near, near); found.s > t0; found = search(t0 + near, near, near)) {
        near = Math.min(0.9 * near, t0 + near - found.s);
      }
      let lag = near;
      for (let length = near; length < spacing; length *= 2) lag = visit(t0 + length, lag);
      for (let j = 1; j <= points; j++) lag = visit(j === points ? T : t0 + j * spacing, growth * lag);
      return { rule: 'a-posteriori', tolerance, t, s, defect };
    },
    restore(sde, json) {
      const { t, s } = readPrepared(prepared, json, 'a-posteriori schedule');
      const { t0, T } = sde.span;
      const start = piecewiseLinear(t, s);
      const broken = t.findIndex(
        (time, j) => !(s[j]! >= t0 && s[j]! < time && time <= T && (j === 0 || s[j]! >= s[j - 1]!)),
      );
      if (broken >= 0 || s[0] !== t0) {
        fail('E_SCHEDULE', {
          summary: 'the saved schedule breaks its invariants',
          got: `s = ${s[Math.max(0, broken)]} at t = ${t[Math.max(0, broken)]}`,
          expected: 't0 ≤ s < t ≤ T, s nondecreasing and t0 at first',
          tryThis: ['prepare the run again with this process'],
        });
      }
      return { start };
    },
  }),
};
