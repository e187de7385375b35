/**
 * Denoising score matching (Vincent 2011; Song et al. 2021, eq. 7) through the exact transition of an affine process.
 *
 *     t ~ times,   y_0 from the data,   q(y_t | y_0) = N(m, L Lᵀ),   y_t = m ± L z,   g = ∓L⁻ᵀ z,   z ~ N(0, I)
 *
 *     ℓ = ½ Σ_j w_j (s_j − g_j)²
 *
 * Its minimiser is ∇log p_t for any weight w(t). Schedules are not asked: the kernel always starts from the data.
 *
 * Needs `transition`. First derivatives of the network only.
 */
import { defineObjective, fail, type GaussianTransition, type Key, type Problem, transitionKernel } from '@fokker/core';
import { z } from 'zod';
import { denoisingSource, type Kernels, kernelScales } from './denoise.js';
import { squaredError } from './loss.js';

const options = z.strictObject({
  antithetic: z.boolean().default(false).describe('pairs m ± L z: less variance at small t, twice the network rows'),
});

const kernelsOf = ({ sde, data }: Problem, key: Key): Kernels => {
  const transition = sde.transition ?? noTransition();
  return {
    start(first, _count, _t, s, ys) {
      s.fill(sde.span.t0);
      data.draw(key, first, ys);
    },
    kernel: (ys, s, t) => transitionKernel(transition, ys, s, t),
  };
};

/** Composition refuses first, with the alternatives; this speaks to those who call the objective themselves. */
const noTransition = (): GaussianTransition =>
  fail('E_CAPABILITY', {
    summary: "objective 'dsm' cannot train on this process",
    got: 'a process without an exact Gaussian kernel',
    expected: "'transition', which only affine processes have",
    tryThis: ['objective.id: local-dsm'],
  });

export const dsm = defineObjective({
  id: 'dsm',
  summary: 'exact Gaussian kernels from the data; affine processes',
  options,
  needs: ['transition'],
  weights: 'time',
  derivatives: 1,
  create({ antithetic }) {
    return {
      rowsPerSample: antithetic ? 2 : 1,
      prepare: (problem, key) => ({
        recipe: null,
        scales: kernelScales(problem.sde, kernelsOf(problem, key.at('pilot')), key.at('scales')),
      }),
      source: (problem, { scales }, key) =>
        denoisingSource(problem, { ...kernelsOf(problem, key.at('data')), scales, antithetic }, key),
      perSample: squaredError,
    };
  },
});
