/**
 * The unadjusted Langevin algorithm on p_t at a fixed t (MATH §5.9):
 *
 *     y ← y + ½ ε s(y, t) + √ε ξ
 *
 * t is the time of the frame that a step leads to: with one frame, all steps are at `to`; with several, the chain moves on from one law to the next. `from` plays no part but to say where
 * the frames lie. The stationary law is p_t up to O(ε): on N(0, c²) its variance is c²/(1 − ε/(4c²)), unstable for ε ≥ 4c². For a density smoothed by σ, ε < 2σ². One score evaluation
 * a step. Needs the whole score: degenerate noise is refused.
 */
import { fillNormal, zeros } from '@fokker/core';
import { z } from 'zod';
import { chainGrid, langevinMove } from './langevin-move.js';
import { travelWith } from './travel.js';

export const langevin = travelWith({
  id: 'langevin',
  summary: 'unadjusted Langevin steps on p_t at the time of the next frame',
  direction: 'both',
  options: z.object({
    epsilon: z
      .number()
      .positive()
      .default(0.01)
      .describe('step ε of y + ½ ε s + √ε ξ; keep it below 2σ² of the narrowest direction'),
  }),
  needs: { noise: 'any', fullScore: true },
  grid: () => chainGrid,
  start(job, { epsilon }) {
    const { n, d } = job.start;
    const [s, xi] = [zeros(n, d), new Float64Array(n * d)];
    const [times, h] = [new Float64Array(n), new Float64Array(n).fill(0.5 * epsilon)];
    return async (y, { index, goal }, out) => {
      await job.score.evaluate(y, times.fill(goal), { score: s });
      fillNormal(job.key.at('step', index), job.first ?? 0, n, d, xi);
      langevinMove(y, s, h, xi, out);
    };
  },
});
