/** A sampler that takes a scheme back along the reverse-time SDE (Anderson 1982):  dY = [f − ∇·Q − Q s] dt + G dW̄,  dt < 0. */
import type { SamplerDefinition, Scheme, Sde } from '@fokker/core';
import { z } from 'zod';
import { gridOptions } from './grid.js';
import { schemeSteps } from './scheme-steps.js';
import { travelWith } from './travel.js';

export const reverseOptions = gridOptions.extend({
  denoise: z.boolean().default(false).describe('leave the noise out of the last step'),
});
export type ReverseOptions = z.infer<typeof reverseOptions>;

export const reverseBy = (
  id: string,
  summary: string,
  scheme: Scheme | ((sde: Sde) => Scheme),
  noise: Scheme['noise'],
): SamplerDefinition<ReverseOptions> =>
  travelWith({
    id,
    summary,
    direction: 'reverse',
    options: reverseOptions,
    needs: { noise },
    grid: (options) => options,
    start: (job, { denoise }, guard) =>
      schemeSteps(typeof scheme === 'function' ? scheme(job.sde) : scheme, job, guard, { c: 1, denoise }),
  });
