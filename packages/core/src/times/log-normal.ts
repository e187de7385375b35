/**
 * Training times log-normal after the start, cut to the interval used for training (Karras et al. 2022 draw noise levels so):
 *
 *     log((t − t0)/(T − t0)) ~ N(μ, s²)  on  [c, T],    t(u) = t0 + (T − t0) exp(μ + s Φ⁻¹(Φ_c + u (Φ_T − Φ_c)))
 *
 * with c = max(t0, cutoff.train) and Φ_c, Φ_T the normal distribution function at the ends. Most times lie about t0 + (T − t0) e^μ. A cutoff at t0 itself counts as
 * t0 + 1e-6 (T − t0).
 */
import { z } from 'zod';
import type { TimeSamplerDefinition } from '../contracts/problem.js';
import { normalDistribution, normalQuantile } from '../numerics/index.js';
import { firstTime } from './uniform.js';

const options = z.strictObject({
  mean: z.number().default(-1.5).describe('μ, of the logarithm of the elapsed fraction of the span'),
  deviation: z.number().positive().default(1.2).describe('s, of the same'),
});

const leastFraction = 1e-6;

export const logNormalTimes: TimeSamplerDefinition<z.infer<typeof options>> = {
  id: 'log-normal',
  summary: 'times whose logarithm is normal: most of them early',
  options,
  create({ mean, deviation }, sde) {
    const { t0, T } = sde.span;
    const first = firstTime(sde);
    const from = Math.max((first - t0) / (T - t0), leastFraction);
    const low = normalDistribution((Math.log(from) - mean) / deviation);
    const high = normalDistribution(-mean / deviation);
    return {
      time(u) {
        const t = t0 + (T - t0) * Math.exp(mean + deviation * normalQuantile(low + u * (high - low)));
        return Math.min(T, Math.max(first, t));
      },
    };
  },
};
