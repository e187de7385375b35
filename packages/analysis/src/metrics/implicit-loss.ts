/**
 * The loss of implicit score matching (Hyvärinen 2005) on fresh draws of p_t, in the norm of the noise:
 *
 *     L = E[½ ‖ŝ‖²_Q + ∇·(Qŝ)] = ½ E‖ŝ − s‖²_Q − ½ E‖s‖²_Q
 *
 * by partial integration. Nothing has to be known of the true score s, and the last term is the same for every ŝ: between two scores on the same draws, differences of L are
 * differences of half the Fisher divergence. It compares scores of processes without a closed form; alone it says nothing. Units: one over time.
 *
 * Its error on n draws, and what it throws: fisher-error.ts.
 */
import { defineMetric, type Estimate, type ScoreQuestion } from '@fokker/core';
import { z } from 'zod';
import { fisherRows, meanOf } from './fisher-error.js';

/** L with its interval: half of what integration by parts gives where E‖s‖²_Q is taken for zero. */
export async function implicitLossOf({ reference: _, ...question }: ScoreQuestion): Promise<Estimate> {
  const { errors } = await fisherRows({ ...question, reference: { fisher: 0 } });
  return meanOf(errors.map((row) => 0.5 * row));
}

export const implicitLoss = defineMetric({
  id: 'implicit-loss',
  summary:
    'implicit loss of a score on fresh samples: half its Fisher divergence, up to a constant that all scores share',
  measures: 'score',
  needsReference: false,
  options: z.object({}),
  create: () => ({ error: implicitLossOf }),
});
