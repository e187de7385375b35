/**
 * The lag by measured error, for any process (MATH §4.4). In the process's own clock θ = B(t) where it has one, else θ = t: at each of a grid of θ the largest lag λ that
 * a pilot accepts,
 *
 *     mean ρ ≤ tolerance,   99 % quantile of ρ ≤ 20 · tolerance,   λ within the stability guard
 *
 * with ρ the local error of the linearised kernel in units of its own noise (defect.ts). Trial lags start at 1.5 times the one accepted before, grow by 1.5 while accepted
 * and shrink by √(tolerance/ρ), kept within [½, 0.9], while not. Starts are made nondecreasing by a running maximum, which only shortens lags, and s is linear in θ
 * between grid points:
 *
 *     s(t) = B⁻¹( σ(B(t)) ),   σ piecewise linear through (θ_j, σ_j),   σ(θ₀) = B(t0)
 *
 * The first θ_j is the last one found for which t0 is an acceptable start; from there they double up to a grid of equal steps. Where linearisation is exact this finds
 * s = t0 throughout.
 *
 * Throws E_SCHEDULE when no lag above 10⁻⁶ of the span is accepted at some time.
 */
import { z } from 'zod';
import type { ScheduleDefinition } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { piecewiseLinear } from '../training/curve.js';
import { createPilot } from '../training/pilot.js';
import { readPrepared } from '../training/read-prepared.js';
import { boundedLag } from './guard.js';
import { createLagSearch } from './lag-search.js';

const options = z.strictObject({
  tolerance: z.number().positive().default(0.05).describe('largest mean local error, in units of the kernel’s noise'),
  maxLag: z.number().positive().optional().describe('longest lag tried, in units of the clock; the whole span'),
  points: z.int().min(2).default(32).describe('times at which the lag is measured'),
  paths: z.int().min(100).default(2048).describe('pilot paths'),
});
type Options = z.infer<typeof options>;

const prepared = z.object({
  rule: z.literal('a-posteriori'),
  tolerance: z.number().positive(),
  /** The longest lag asked for, and what the guard leaves of it. */
  requested: z.number().positive(),
  longest: z.number().positive(),
  capped: z.boolean(),
  /** Grid points θ_j, their starts σ_j, and the mean ρ that was accepted there. */
  theta: z.array(z.number()).min(1),
  start: z.array(z.number()),
  defect: z.array(z.number()),
});

const growth = 1.5;

/** B and B⁻¹ of the process's clock; time itself where it has none. */
const clockOf = (sde: Sde): { B: (t: number) => number; inverse: (theta: number) => number } =>
  sde.timeChange?.clock ?? { B: (t) => t, inverse: (theta) => theta };

export const aPosteriori: ScheduleDefinition<Options> = {
  id: 'a-posteriori',
  summary: 'the largest lag whose measured local error meets a tolerance, at each time',
  options,
  create: ({ tolerance, maxLag, points, paths }) => ({
    prepare(sde, data, key) {
      const clock = clockOf(sde);
      const origin = clock.B(sde.span.t0);
      const end = clock.B(sde.span.T);
      const pilot = createPilot({ sde, data }, paths, key.at('pilot'));
      const requested = maxLag ?? end - origin;
      const { lag: longest, capped } = boundedLag(sde, pilot, requested);
      const search = createLagSearch(sde, clock, pilot, tolerance, key.at('defect'));
      const theta: number[] = [];
      const start: number[] = [];
      const defect: number[] = [];
      /** Adds the point at θ and returns the lag accepted there. */
      const visit = (at: number, trial: number): number => {
        const found = search(at, trial, Math.min(longest, at - origin));
        theta.push(at);
        start.push(Math.max(found.start, start.at(-1) ?? origin));
        defect.push(found.defect);
        return at - found.start;
      };
      const spacing = (end - origin) / points;
      let near = Math.min(spacing, longest);
      for (
        let found = search(origin + near, near, near);
        found.start > origin;
        found = search(origin + near, near, near)
      ) {
        near = Math.min(0.9 * near, origin + near - found.start);
      }
      let lag = near;
      for (let length = near; length < spacing; length *= 2) lag = visit(origin + length, lag);
      for (let j = 1; j <= points; j++) lag = visit(j === points ? end : origin + j * spacing, growth * lag);
      return { rule: 'a-posteriori', tolerance, requested, longest, capped, theta, start, defect };
    },
    restore(sde, json) {
      const { theta, start } = readPrepared(prepared, json, 'a-posteriori schedule');
      const clock = clockOf(sde);
      const { t0 } = sde.span;
      const origin = clock.B(t0);
      const end = clock.B(sde.span.T);
      const sigma = piecewiseLinear(theta, start);
      theta.forEach((at, j) => {
        if (start[j]! < (start[j - 1] ?? origin) || start[j]! >= at || at > end) broken(at, start[j]!);
      });
      if (start[0] !== origin) broken(theta[0]!, start[0]!);
      return {
        start(t) {
          const from = sigma(clock.B(t));
          return from > origin ? Math.max(clock.inverse(from), t0) : t0;
        },
      };
    },
  }),
};

const broken = (theta: number, start: number): never =>
  fail('E_SCHEDULE', {
    summary: 'the saved schedule breaks its invariants',
    got: `a start at ${start} for ${theta}`,
    expected: 'starts before their times and within the span, nondecreasing, the first at t0',
    tryThis: ['prepare the run again with this process'],
  });
