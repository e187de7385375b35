/**
 * Training times by importance: more of them where the loss has been large (Nichol & Dhariwal 2021), over the times of a base that is uniform or uniform in the clock.
 *
 *     π_b ∝ √m_b,   m_b a running mean of ℓ² in part b of (0, 1);     π ← (1 − δ) π + δ/bins
 *
 * The loss of a time in part b is multiplied by 1/(bins π_b), which leaves the objective as it was. Until every part has been seen the times are those of the base. Probabilities
 * hold for `every` steps and come from losses at least as old, so that batches can be prepared ahead and a resumed run sees the same (see `LossHistory`).
 */
import { z } from 'zod';
import type { TimeSamplerDefinition } from '../contracts/problem.js';
import { clockUniformTimes } from './clock-uniform.js';
import { uniformTimes } from './uniform.js';

const options = z.strictObject({
  base: z.enum(['uniform', 'clock-uniform']).default('uniform').describe('the times that are weighed'),
  bins: z.int().min(2).max(1000).default(20).describe('parts of equal base probability'),
  every: z.int().min(1).default(100).describe('L, steps for which probabilities hold; at least training.ahead'),
  decay: z.number().min(0).lt(1).default(0.8).describe('share of the old mean that is kept every L steps'),
  floor: z.number().gt(0).max(1).default(0.1).describe('δ, share of the base in the mixture'),
});

export const lossHistoryTimes: TimeSamplerDefinition<z.infer<typeof options>> = {
  id: 'loss-history',
  summary: 'more times where the loss has been large, divided by their density',
  options,
  create({ base, bins, every, decay, floor }, sde) {
    const { time } = (base === 'uniform' ? uniformTimes : clockUniformTimes).create({}, sde);
    return {
      time,
      history: {
        bins,
        every,
        decay,
        probabilities(meanSquares) {
          if (!meanSquares.every((m) => Number.isFinite(m))) return new Array<number>(bins).fill(1 / bins);
          const roots = meanSquares.map(Math.sqrt);
          const total = roots.reduce((a, b) => a + b, 0);
          if (total === 0) return new Array<number>(bins).fill(1 / bins);
          return roots.map((root) => (1 - floor) * (root / total) + floor / bins);
        },
      },
    };
  },
};
