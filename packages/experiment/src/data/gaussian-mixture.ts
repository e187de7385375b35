/** Σ_k w_k N(μ_k, C_k); weights are divided by their sum. */
import { defineDataset } from '@fokker/core';
import { z } from 'zod';
import { covariance, covarianceMatrix, mean } from './covariance.js';
import { mixtureDataset } from './mixture.js';

const component = z.object({
  weight: z.number().positive().default(1).describe('relative weight'),
  mean,
  covariance: covariance.default(1),
});

export const gaussianMixture = defineDataset({
  id: 'gaussian-mixture',
  summary: 'mixture of normal laws',
  options: z.object({ components: z.array(component).min(1).describe('one entry a component') }),
  create: ({ components }, { dim }) =>
    mixtureDataset(
      components.map((entry) => ({ ...entry, covariance: covarianceMatrix(entry.covariance, dim) })),
      dim,
    ),
});
