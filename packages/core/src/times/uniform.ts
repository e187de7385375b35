/**
 * Training times uniform on the interval used for training:
 *
 *     t(u) = c + u (T − c),    c = max(t0, cutoff.train),    u in (0, 1)
 *
 * Right for a constant lag, whose targets have the same size at every t (MATH §5.2).
 */
import { z } from 'zod';
import type { TimeSamplerDefinition } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';

/** The smallest training time of a process. */
export const firstTime = ({ span, cutoff }: Sde): number => Math.max(span.t0, cutoff.train);

const options = z.strictObject({});

export const uniformTimes: TimeSamplerDefinition<z.infer<typeof options>> = {
  id: 'uniform',
  summary: 'times uniform between the training cutoff and the horizon',
  options,
  create(_, sde) {
    const first = firstTime(sde);
    const length = sde.span.T - first;
    return { time: (u) => first + u * length };
  },
};
