/**
 * W(t) = g(t)² I with g² = tr Q(t)/r: Song et al.'s likelihood weight λ = g² (2021), a multiple of the identity for any noise. Where Q is a multiple of the identity on the noise range
 * it is the weight `likelihood`; for other noise it is its trace part, and offered where Bᵀ Q B is not diagonal.
 *
 * Throws E_INCOMPATIBLE where Q reads the state.
 */
import { z } from 'zod';
import type { WeightingDefinition } from '../contracts/problem.js';
import { fail } from '../errors.js';
import { noiseRangeOf } from '../linearise/index.js';
import { noiseOperators } from '../structures/table.js';

const options = z.strictObject({});

export const diffusionWeighting: WeightingDefinition<z.infer<typeof options>> = {
  id: 'g-squared',
  summary: 'W = g(t)², the mean noise of the process at t',
  options,
  dependsOn: 'time',
  create(_, { sde }) {
    const { diffusion } = sde;
    if (diffusion.dependsOn === 'state') {
      return fail('E_INCOMPATIBLE', {
        summary: "weight 'g-squared' is not a function of time for this process",
        got: 'noise that depends on the state',
        expected: 'noise that depends on time at most',
        tryThis: ['weighting.id: noise-normalised', 'weighting.id: unit'],
      });
    }
    const { length, totalVariance } = noiseOperators(diffusion);
    const G = new Float64Array(length);
    const r = noiseRangeOf(sde).rank;
    return {
      diagonal(t, out) {
        diffusion.entries(t, G);
        out.fill(totalVariance(G) / r);
      },
    };
  },
};
