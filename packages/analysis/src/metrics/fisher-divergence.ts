/**
 * Fisher divergence of a score ŝ from the true one at time t, in the norm of the noise:
 *
 *     D = E‖ŝ − s‖²_Q,    ‖a‖²_Q = aᵀ Q a,  expectations under p_t
 *
 * What the error of a score costs: along the probability flow KL grows at ½D at most (Song et al. 2021, theorem 1), and at equilibrium ½D is what an estimate of
 * entropy production finds where there is none. Units: one over time. Estimated as the relative error is (fisher-error.ts), with a 95 % interval of
 * ± 1.96 standard errors; where only E‖s‖²_Q is known, an estimate within noise of zero may be negative. Throws as fisher-error.ts.
 */
import { defineMetric, type Estimate, type ScoreQuestion } from '@fokker/core';
import { z } from 'zod';
import { fisherRows, meanOf } from './fisher-error.js';

/** D with its interval. */
export const fisherDivergenceOf = async (question: ScoreQuestion): Promise<Estimate> =>
  meanOf((await fisherRows(question)).errors);

export const fisherDivergence = defineMetric({
  id: 'fisher-divergence',
  summary: 'Fisher divergence of a score from the true one, in the norm of the noise',
  measures: 'score',
  options: z.object({}),
  create: () => ({ error: fisherDivergenceOf }),
});
