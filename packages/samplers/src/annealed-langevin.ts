/**
 * Annealed Langevin dynamics (Song & Ermon 2019): some Langevin steps at each of falling noise levels.
 *
 *     at t_i of the grid, from → to:   ε_i = ε (σ(t_i)/σ(to))²,   `inner` times   y ← y + ½ ε_i s(y, t_i) + √ε_i ξ
 *
 * σ(t) is the noise of the process at t (noise-level.ts). The noise of a step is √ε_i of its own level. Needs the whole score, and to > t₀, where σ is not zero.
 */
import { fail, fillNormal, type SamplingJob, zeros } from '@fokker/core';
import { z } from 'zod';
import { gridOptions } from './grid.js';
import { langevinMove } from './langevin-move.js';
import { noiseLevel } from './noise-level.js';
import { travelWith } from './travel.js';

function levels({ sde, to }: SamplingJob): (t: number) => number {
  const sigma = noiseLevel(sde);
  const least = sigma(to);
  if (!(least > 0)) {
    fail('E_TIME', {
      summary: 'annealed Langevin steps end at a time without noise',
      got: `to = ${to}, where σ = ${least}`,
      expected: `a time after t0 = ${sde.span.t0}`,
      tryThis: [`times: ${sde.cutoff.sample}`],
    });
  }
  return (t) => (sigma(t) / least) ** 2;
}

export const annealedLangevin = travelWith({
  id: 'annealed-langevin',
  summary: 'Langevin steps at falling noise levels (Song & Ermon 2019)',
  direction: 'reverse',
  options: gridOptions.extend({
    epsilon: z.number().positive().default(1e-4).describe('step ε at the last level; 2e-5 to 0.1 σ² of that level'),
    inner: z.int().min(1).max(1000).default(1).describe('steps at each level'),
  }),
  needs: { noise: 'any', fullScore: true },
  grid: (options) => options,
  start(job, { epsilon, inner }, guard) {
    const { n, d } = job.start;
    const factor = levels(job);
    const [s, xi] = [zeros(n, d), new Float64Array(n * d)];
    const [times, h] = [new Float64Array(n), new Float64Array(n)];
    return async (y, { index, t, next }, out) => {
      h.fill(0.5 * epsilon * factor(next));
      out.data.set(y.data);
      times.fill(next);
      for (let j = 0; j < inner; j++) {
        await job.score.evaluate(out, times, { score: s });
        fillNormal(job.key.at('step', index, j), job.first ?? 0, n, d, xi);
        langevinMove(out, s, h, xi, out);
        guard.hold(y, out, t);
      }
    };
  },
});
