/**
 * The Metropolis-adjusted Langevin algorithm on p_t at the time of the next frame (Roberts & Tweedie 1996):
 *
 *     y′ = y + ½ ε s(y) + √ε ξ,     accepted with probability  min(1, p(y′) q(y | y′) / (p(y) q(y′ | y))),     q(y′ | y) = N(y + ½ ε s(y), ε I)
 *
 * Exact for p_t whatever ε: the accept step needs log p_t up to a constant, so a field that provides its potential (an energy network, an analytic law). A score alone will not do, and a
 * potential under degenerate noise is fixed only up to a function of the noise-free coordinates: it is no density and is refused. A path never leaves the bound: such proposals are
 * rejected. One evaluation a step.
 *
 * Frames tell how many moves were accepted. The share is a free choice of ε: 0.57 mixes fastest in many dimensions (Roberts & Rosenthal 1998); near 0 the chain stands still, near 1 it crawls.
 */
import { type Batch, fillNormal, fillUniform, zeros } from '@fokker/core';
import { z } from 'zod';
import { chainGrid, langevinMove } from './langevin-move.js';
import { travelWith } from './travel.js';

/** Is row i out of the bound? */
function outside({ data, d }: Batch, bound: number, i: number): boolean {
  for (let k = i * d; k < (i + 1) * d; k++) if (!(Math.abs(data[k]!) <= bound)) return true;
  return false;
}

/** ‖b − a − h s(a)‖² of row i: −4h log q(b | a) up to a constant. */
function misfit(a: Batch, b: Batch, s: Batch, h: number, i: number): number {
  let sum = 0;
  for (let k = i * a.d; k < (i + 1) * a.d; k++) sum += (b.data[k]! - a.data[k]! - h * s.data[k]!) ** 2;
  return sum;
}

export const mala = travelWith({
  id: 'mala',
  summary: 'Metropolis-adjusted Langevin steps on p_t; needs a log-density (an energy network or an analytic law)',
  direction: 'both',
  options: z.object({
    epsilon: z.number().positive().default(0.1).describe('step ε of the proposal y + ½ ε s + √ε ξ'),
  }),
  needs: { noise: 'any', fullScore: true, potential: true },
  grid: () => chainGrid,
  start(job, { epsilon }, _guard, moves) {
    const { start, score, key, first = 0, bound = 1e6 } = job;
    const { n, d } = start;
    const h = 0.5 * epsilon;
    let [s, sNew, logP, logPNew] = [zeros(n, d), zeros(n, d), new Float64Array(n), new Float64Array(n)];
    const [xi, u, times] = [new Float64Array(n * d), new Float64Array(n), new Float64Array(n)];
    const lengths = new Float64Array(n).fill(h);
    let known = Number.NaN;
    return async (y, { index, goal }, out) => {
      if (goal !== known) await score.evaluate(y, times.fill(goal), { score: s, potential: logP });
      known = goal;
      fillNormal(key.at('step', index), first, n, d, xi);
      fillUniform(key.at('accept', index), first, n, 1, u);
      langevinMove(y, s, lengths, xi, out);
      for (let i = 0; i < n; i++) {
        if (!outside(out, bound, i)) continue;
        u[i] = 1; // rejected: log u = 0 is not below a ratio of 0
        for (let k = i * d; k < (i + 1) * d; k++) out.data[k] = y.data[k]!;
      }
      await score.evaluate(out, times, { score: sNew, potential: logPNew });
      for (let i = 0; i < n; i++) {
        const forth = misfit(y, out, s, h, i);
        const back = misfit(out, y, sNew, h, i);
        const logRatio = logPNew[i]! - logP[i]! + (forth - back) / (4 * h);
        if (Math.log(u[i]!) < logRatio) {
          moves.accepted += 1;
          continue;
        }
        for (let k = i * d; k < (i + 1) * d; k++) {
          out.data[k] = y.data[k]!;
          sNew.data[k] = s.data[k]!;
        }
        logPNew[i] = logP[i]!;
      }
      moves.proposed += n;
      [s, sNew, logP, logPNew] = [sNew, s, logPNew, logP];
    };
  },
});
