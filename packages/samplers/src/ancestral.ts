/**
 * Ancestral sampling (Ho et al. 2020; Song et al. 2021, appendix F), for isotropic transitions y_t = a y_{t⁺} + √v z over the step.
 *
 *     y⁺ = (y + v s(y, t)) / a + ς z
 *     ς² = v                                        variance: 'transition', as VP is sampled by Song et al. (v = β_i)
 *     ς² = v v₊ / (a² v₊ + v),  v₊ of t₀ → t⁺       variance: 'posterior', that of q(y_{t⁺} | y_t, y₀), as VE is sampled: σ_{t⁺}²(σ_t² − σ_{t⁺}²)/σ_t²
 *
 * (y + v s)/a is E[y_{t⁺} | y_t] exactly, by Tweedie's formula, if s is the score. Weak order 1. One score evaluation a step.
 */
import { fail, fillNormal, type SamplingJob, zeros } from '@fokker/core';
import { z } from 'zod';
import { contraction, noiseLevel } from './noise-level.js';
import { reverseOptions } from './reverse.js';
import { travelWith } from './travel.js';

const options = reverseOptions.extend({
  variance: z
    .enum(['posterior', 'transition'])
    .default('posterior')
    .describe('variance of a step: that of y at the next time given the datum, or that of the forward step'),
});

function variances({ sde }: SamplingJob) {
  const { transition, span } = sde;
  if (transition?.structure !== 'scalar') {
    fail('E_CAPABILITY', {
      summary: "sampler 'ancestral' needs an isotropic transition",
      got: `a transition of structure '${transition?.structure}'`,
      expected: 'y_t = a y_s + √v z',
      tryThis: ['sampler.id: reverse-diffusion (any transition)'],
    });
  }
  const [a, level] = [contraction(sde), noiseLevel(sde)];
  const root = new Float64Array(1);
  return {
    a,
    step(s: number, t: number): number {
      transition!.root(Float64Array.of(s), Float64Array.of(t), root);
      return root[0]! ** 2;
    },
    start: (t: number) => (t > span.t0 ? level(t) ** 2 : 0),
  };
}

export const ancestral = travelWith({
  id: 'ancestral',
  summary: 'ancestral sampling along the forward transition (Ho et al. 2020, Song et al. 2021)',
  direction: 'reverse',
  options,
  needs: { noise: 'additive', transition: true },
  grid: (chosen) => chosen,
  start(job, { denoise, variance }) {
    const { n, d } = job.start;
    const of = variances(job);
    const [s, xi] = [zeros(n, d), new Float64Array(n * d)];
    const times = new Float64Array(n);
    return async (y, { index, t, next, last }, out) => {
      await job.score.evaluate(y, times.fill(t), { score: s });
      const [a, v, before] = [of.a(next, t), of.step(next, t), of.start(next)];
      const square = variance === 'transition' ? v : (v * before) / (a * a * before + v);
      const spread = last && denoise ? 0 : Math.sqrt(square);
      fillNormal(job.key.at('step', index), job.first ?? 0, n, d, xi);
      for (let k = 0; k < n * d; k++) out.data[k] = (y.data[k]! + v * s.data[k]!) / a + spread * xi[k]!;
    };
  },
});
