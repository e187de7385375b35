/**
 * Denoising score matching (Vincent 2011; Song et al. 2021, eq. 7): of an affine process through its exact transition, of a density through Gaussian noise.
 *
 *     process   t ~ times,   y_0 from the data,   q(y_t | y_0) = N(m, L Lᵀ),   y = m ± L z,   g = ∓L⁻ᵀ z,   z ~ N(0, I)
 *     density   x from the data,   y = x ± σ z,   g = ∓z/σ
 *
 *     ℓ = ½ Σ_j w_j (s_j − g_j)²
 *
 * Its minimiser is ∇log p_t for any weight w(t, y_t); for a density ∇log(p * N(0, σ² I)), the score of the smoothed law. Schedules are not asked: the kernel always starts
 * from the data.
 *
 * Needs `transition` of a process. First derivatives of the network only.
 */
import { defineObjective } from '@fokker/core';
import { z } from 'zod';
import { dataKernels, denoisingSource, kernelDraw, kernelScales } from './denoise.js';
import { squaredError } from './loss.js';
import { settingOf } from './setting.js';
import { relativeSize } from './smoothing.js';
import { prepareSmoothing, smoothingSource } from './smoothing-source.js';

const options = z.strictObject({
  antithetic: z.boolean().default(false).describe('pairs m ± L z: less variance at small t, twice the network rows'),
  sigma: relativeSize
    .default({ fraction: 0.1 })
    .describe('of a density: σ of its noise, a number or a fraction of the narrowest direction'),
});

export const dsm = defineObjective({
  id: 'dsm',
  summary: 'exact Gaussian kernels from the data; affine processes, and densities',
  options,
  needs: ['transition'],
  problems: ['process', 'density'],
  weights: 'state',
  derivatives: 1,
  create({ antithetic, sigma }) {
    return {
      rowsPerSample: antithetic ? 2 : 1,
      prepare(problem, key) {
        if (problem.kind === 'density') return prepareSmoothing(problem, { centre: 'states', sigma, bank: {} }, key);
        const kernels = dataKernels(problem, key.at('pilot'));
        return { recipe: null, scales: kernelScales(problem.sde, kernels, key.at('scales')) };
      },
      source(problem, prepared, key) {
        if (problem.kind === 'density') return smoothingSource(problem, prepared, antithetic, key);
        const { dim, range } = settingOf(problem);
        const draw = kernelDraw(dataKernels(problem, key.at('data')), range, dim, key.at('noise'));
        return denoisingSource(problem, { draw, scales: prepared.scales, antithetic }, key);
      },
      perSample: squaredError,
    };
  },
});
