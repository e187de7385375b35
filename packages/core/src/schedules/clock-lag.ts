/**
 * Constant lag in the process's own clock (MATH §4.2), for f = β f̄, Q = β Q̄ with B(t) = ∫β:
 *
 *     s_λ(t) = B⁻¹( max(B(t) − λ, B(t0)) )
 *
 * In the clock the process is autonomous, so one λ means one local error at every t. λ is capped by the stability guard of the base process.
 *
 * Throws E_CAPABILITY without `timeChange`.
 */
import { z } from 'zod';
import type { TimeChange } from '../contracts/capabilities.js';
import type { ScheduleDefinition } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { createPilot } from '../training/pilot.js';
import { readPrepared } from '../training/read-prepared.js';
import { guardPaths, stableLag } from './guard.js';

const options = z.strictObject({
  lambda: z.number().positive().default(0.05).describe('λ, lag in units of the clock B(t)'),
});

const prepared = z.object({
  rule: z.literal('clock'),
  requested: z.number().positive(),
  lag: z.number().positive(),
  capped: z.boolean(),
});

const timeChangeOf = (sde: Sde): TimeChange =>
  sde.timeChange ??
  fail('E_CAPABILITY', {
    summary: "schedule 'clock' cannot be used with this process",
    got: 'a process without a clock of its own',
    expected: "'timeChange': drift β(t) f̄(y) and noise covariance β(t) Q̄",
    tryThis: ['schedule.id: a-posteriori (any process)', 'schedule.id: constant (any process)'],
  });

export const clockLag: ScheduleDefinition<z.infer<typeof options>> = {
  id: 'clock',
  summary: 's = B⁻¹(B(t) − λ), a constant lag in the process’s own clock; needs timeChange',
  options,
  needs: ['timeChange'],
  create: ({ lambda: requested }) => ({
    prepare(sde, data, key) {
      timeChangeOf(sde);
      return { rule: 'clock', requested, ...stableLag(sde, createPilot({ sde, data }, guardPaths, key), requested) };
    },
    restore(sde, json) {
      const { lag } = readPrepared(prepared, json, 'clock schedule');
      const { clock } = timeChangeOf(sde);
      const { t0 } = sde.span;
      const origin = clock.B(t0);
      return {
        start(t) {
          const theta = clock.B(t) - lag;
          return theta > origin ? Math.max(clock.inverse(theta), t0) : t0;
        },
      };
    },
  }),
};
