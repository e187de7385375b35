/**
 * Training times denser near the start, where the law of a relaxing process changes fastest and reversed paths spend their last steps:
 *
 *     t(u) = c + u^p (T − c),    c = max(t0, cutoff.train),    u in (0, 1),    p ≥ 1
 *
 * The density is ∝ (t − c)^{1/p − 1}; p = 1 is uniform.
 */
import { z } from 'zod';
import type { TimeSamplerDefinition } from '../contracts/problem.js';
import { firstTime } from './uniform.js';

const options = z.strictObject({
  exponent: z.number().min(1).default(1.5).describe('p: the larger, the more times near the start'),
});

export const powerTimes: TimeSamplerDefinition<z.infer<typeof options>> = {
  id: 'power',
  summary: 'times denser near the start, t ∝ u^p',
  options,
  create({ exponent }, sde) {
    const first = firstTime(sde);
    const length = sde.span.T - first;
    return { time: (u) => first + u ** exponent * length };
  },
};
