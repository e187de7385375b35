/** W = 1 on the noise range: the plain squared error of the score. */
import { z } from 'zod';
import type { WeightingDefinition } from '../contracts/problem.js';

const options = z.strictObject({});

export const unitWeighting: WeightingDefinition<z.infer<typeof options>> = {
  id: 'unit',
  summary: 'W = 1: the plain squared error of the score',
  options,
  dependsOn: 'time',
  create: () => ({
    diagonal(_, out) {
      out.fill(1);
    },
  }),
};
