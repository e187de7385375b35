/**
 * Training times uniform in the clock θ = B(t) of a time-changed process (f = β f̄, Q = β Q̄):
 *
 *     t(u) = B⁻¹( B(c) + u (B(T) − B(c)) ),    c = max(t0, cutoff.train),    u in (0, 1)
 *
 * Right for the clock schedule: with W = Q the target's second moment is β(t) d/λ per unit of t, hence flat per unit of θ (MATH §5.2).
 *
 * Throws E_CAPABILITY without `timeChange`.
 */
import { z } from 'zod';
import type { TimeSamplerDefinition } from '../contracts/problem.js';
import { fail } from '../errors.js';
import { firstTime } from './uniform.js';

const options = z.strictObject({});

export const clockUniformTimes: TimeSamplerDefinition<z.infer<typeof options>> = {
  id: 'clock-uniform',
  summary: 'times uniform in the process’s own clock; needs timeChange',
  options,
  create(_, sde) {
    const clock =
      sde.timeChange?.clock ??
      fail('E_CAPABILITY', {
        summary: "times 'clock-uniform' cannot be drawn for this process",
        got: 'a process without a clock of its own',
        expected: "'timeChange': drift β(t) f̄(y) and noise covariance β(t) Q̄",
        tryThis: ['times.id: uniform (any process)'],
      });
    const first = firstTime(sde);
    const from = clock.B(first);
    const length = clock.B(sde.span.T) - from;
    return { time: (u) => Math.min(sde.span.T, Math.max(first, clock.inverse(from + u * length))) };
  },
};
