/**
 * The lag by measured error, for any process (MATH §4.4): at each of a grid of times the largest lag that a pilot accepts,
 *
 *     mean ρ ≤ tolerance,   99 % quantile of ρ ≤ 20 · tolerance,   stable at 99 % of the start points (guard)
 *
 * with ρ the local error of the linearised kernel in units of its own noise (defect.ts). Trial lags start at 1.5 times the one accepted before, or at the whole t − t0,
 * and shrink by √(tolerance/ρ), kept within [½, 0.9]. The start times s_j are made nondecreasing by a running maximum, which only shortens lags, and s is linear
 * between the t_j. Up to the first grid time s is t0 where its whole lag is accepted; else t0 up to a time found by halving, which then joins the grid.
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

/** The longest acceptable lag ending at t, from `trial` downwards. */
const longestLag = (
  sde: Sde,
  { tolerance }: Options,
  pilot: Pilot,
  measure: DefectMeter,
  t: number,
  trial: number,
): { s: number; defect: number } => {
  const { t0, T } = sde.span;
  const clock = sde.timeChange?.clock;
  for (let lag = trial; lag > shortestShare * (T - t0); ) {
    const s = Math.max(t0, t - lag);
    const ys = pilot.at(s);
    if (stabilityAt(sde, ys, s)(clock === undefined ? lag : clock.B(t) - clock.B(s))) {
      const { mean, high } = measure(ys, s, t);
      if (mean <= tolerance && high <= 20 * tolerance) return { s, defect: mean };
      lag *= Math.min(0.9, Math.max(0.5, Math.sqrt(tolerance / Math.max(mean, high / 20))));
    } else lag *= 0.5;
  }
  return fail('E_SCHEDULE', {
    summary: `no lag is short enough at t = ${t}`,
    got: `a local error above ${tolerance} at every lag down to ${shortestShare} of the span`,
    expected: 'a drift that is nearly linear over some lag',
    tryThis: ['schedule.tolerance: a larger one', 'schedule.id: constant', 'check the drift for jumps'],
  });
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
      const measure = createDefectMeter(sde, key.at('defect'));
      const t: number[] = [];
      const s: number[] = [];
      const defect: number[] = [];
      const visit = (time: number, trial: number) => {
        const found = longestLag(sde, choice, pilot, measure, time, Math.min(trial, maxLag, time - t0));
        t.push(time);
        s.push(Math.max(found.s, s.at(-1) ?? t0));
        defect.push(found.defect);
        return time - found.s;
      };
      const spacing = (T - t0) / points;
      // the lag accepted at the first grid time is one that a start at t0 bears too, unless the law narrows towards t0: halve until it does
      let near = t0 + spacing;
      let lag = visit(near, spacing);
      while (s[0]! > t0) {
        near = t0 + Math.min(0.5 * (near - t0), lag);
        t.length = s.length = defect.length = 0;
        lag = visit(near, near - t0);
      }
      for (let j = 1; j <= points; j++) {
        const time = j === points ? T : t0 + j * spacing;
        if (time > t.at(-1)!) lag = visit(time, growth * lag);
      }
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
