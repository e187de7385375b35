/** Points with weights: Σ_k w_k δ(y − y_k). A process started from them has a Gaussian-mixture law wherever its transition is Gaussian. */
import { defineDataset, fail } from '@fokker/core';
import { z } from 'zod';
import { mixtureDataset } from './mixture.js';

export const atoms = defineDataset({
  id: 'atoms',
  summary: 'a few points with weights',
  options: z.object({
    points: z.array(z.array(z.number()).min(1)).min(1).describe('one point a row, [k, d]'),
    weights: z.array(z.number().positive()).optional().describe('relative weights, [k]; equal by default'),
  }),
  create: ({ points, weights = points.map(() => 1) }, { dim }) => {
    if (weights.length !== points.length) {
      return fail('E_DATA', {
        summary: 'atoms and weights do not match',
        got: `${points.length} points and ${weights.length} weights`,
        expected: 'a weight for each point',
        tryThis: ['leave weights out to weigh all alike'],
      });
    }
    const none = new Float64Array(dim * dim);
    return mixtureDataset(
      points.map((point, k) => ({ weight: weights[k]!, mean: point, covariance: none })),
      dim,
    );
  },
});
