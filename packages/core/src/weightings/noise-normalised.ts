/**
 * W(t) = σ̄(t)² on the noise range, σ̄(t) the root mean diagonal of the kernel covariance: targets of size about one at every time (MATH §5.2). σ̄ is an average over
 * a pilot, a function of t alone; the size of the single kernel would bias the minimiser.
 */
import { z } from 'zod';
import type { WeightingDefinition } from '../contracts/problem.js';

const options = z.strictObject({});

export const noiseNormalisedWeighting: WeightingDefinition<z.infer<typeof options>> = {
  id: 'noise-normalised',
  summary: 'W = σ̄(t)²: targets of size about one at every time',
  options,
  dependsOn: 'time',
  create: (_, { noise }) => ({
    diagonal(t, out) {
      const sigma = noise(t);
      out.fill(sigma * sigma);
    },
  }),
};
