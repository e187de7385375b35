/**
 * Fisher divergence of a score ŝ from the true one at time t, in the norm of the noise:
 *
 *     D = E‖ŝ − s‖²_Q,    ‖a‖²_Q = aᵀ Q a,  expectations under p_t
 *
 * What the error of a score costs: along the probability flow KL grows at ½D at most (Song et al. 2021, theorem 1), and at equilibrium ½D is what an estimate of
 * entropy production finds where there is none. Units: one over time. Estimated as the relative error is (fisher-error.ts), with a 95 % interval of
 * ± 1.96 standard errors; where only E‖s‖²_Q is known, an estimate within noise of zero may be negative. Throws as fisher-error.ts.
 */
import { defineMetric, type Estimate, type ScoreMetric } from '@fokker/core';
import { z } from 'zod';
import { fisherRows } from './fisher-error.js';
import { plusMinus } from './interval.js';

/** D with its interval. */
export async function fisherDivergenceOf(question: Parameters<ScoreMetric['error']>[0]): Promise<Estimate> {
  const { errors } = await fisherRows(question);
  const n = errors.length;
  const value = errors.reduce((sum, error) => sum + error, 0) / n;
  const variance = errors.reduce((sum, error) => sum + (error - value) ** 2, 0) / (n - 1);
  return plusMinus(value, Math.sqrt(variance / n));
}

export const fisherDivergence = defineMetric({
  id: 'fisher-divergence',
  summary: 'Fisher divergence of a score from the true one, in the norm of the noise',
  measures: 'score',
  options: z.object({}),
  create: () => ({ error: fisherDivergenceOf }),
});
