/** N(μ, C), by default the standard normal of the process's dimension. */
import { defineDataset } from '@fokker/core';
import { z } from 'zod';
import { covariance, covarianceMatrix, mean } from './covariance.js';
import { mixtureDataset } from './mixture.js';

export const gaussian = defineDataset({
  id: 'gaussian',
  summary: 'normal law, standard by default',
  options: z.object({ mean: mean.optional(), covariance: covariance.default(1) }),
  create: (options, { dim }) =>
    mixtureDataset(
      [
        {
          weight: 1,
          mean: options.mean ?? new Array<number>(dim).fill(0),
          covariance: covarianceMatrix(options.covariance, dim),
        },
      ],
      dim,
    ),
});
