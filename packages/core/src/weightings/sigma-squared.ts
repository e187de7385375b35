/**
 * W(t) = σ_t² I with σ_t² the mean variance, over the noise range, of the exact kernel q(y_t | y_0) from the data: Song et al.'s λ = σ_t², the weight of "perceptual" training, which
 * predicts noise of unit size. For DSM it is the weight `noise-normalised`; for kernels of a short lag it is not: those have a variance of their own.
 *
 * Throws E_CAPABILITY without `transition`.
 */
import { z } from 'zod';
import { zeros } from '../contracts/batch.js';
import type { WeightingDefinition } from '../contracts/problem.js';
import { fail } from '../errors.js';
import { noiseRangeOf } from '../linearise/index.js';
import { transitionKernel } from '../numerics/index.js';
import { kernelNoiseVariance } from '../training/scales.js';

const options = z.strictObject({});

export const sigmaSquaredWeighting: WeightingDefinition<z.infer<typeof options>> = {
  id: 'sigma-squared',
  summary: 'W = σ_t², the variance of the exact kernel from the data; affine processes',
  options,
  dependsOn: 'time',
  create(_, { sde }) {
    const transition =
      sde.transition ??
      fail('E_CAPABILITY', {
        summary: "weight 'sigma-squared' is not known for this process",
        got: 'a process without an exact Gaussian kernel',
        expected: "'transition', which only affine processes have",
        tryThis: ['weighting.id: noise-normalised'],
      });
    const range = noiseRangeOf(sde);
    const [origin, from] = [zeros(1, sde.dim), Float64Array.of(sde.span.t0)];
    return {
      diagonal(t, out) {
        out.fill(kernelNoiseVariance(range, transitionKernel(transition, origin, from, Float64Array.of(t))));
      },
    };
  },
};
