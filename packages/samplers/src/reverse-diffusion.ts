/**
 * Reverse-diffusion sampling (Song et al. 2021, appendix E): the reverse SDE discretised as the forward process is, by its own transition.
 *
 *     y_t = m(y_{t⁺}) + L z  forward over the step;      y⁺ = 2 y − m(y) + Σ s(y, t) + L z,     Σ = L Lᵀ of the transition t⁺ → t
 *
 * m(y) − y is what the drift does over the step, taken back. VE: y + (σ_t² − σ_{t⁺}²) s + √(σ_t² − σ_{t⁺}²) z. VP, with α = √(1 − β_i): (2 − α) y + β_i s + √β_i z.
 * Weak order 1. One score evaluation a step. Needs an exact transition.
 */
import { fillNormal, type SamplingJob, zeros } from '@fokker/core';
import { reverseOptions } from './reverse.js';
import { createTransitionStep } from './transition-step.js';
import { travelWith } from './travel.js';

export const reverseDiffusion = travelWith({
  id: 'reverse-diffusion',
  summary: 'the reverse SDE discretised by the forward transition (Song et al. 2021)',
  direction: 'reverse',
  options: reverseOptions,
  needs: { noise: 'additive', transition: true },
  grid: (options) => options,
  start(job: SamplingJob, { denoise }) {
    const { n, d } = job.start;
    const step = createTransitionStep(job);
    const [s, z, drawn] = [zeros(n, d), zeros(n, d), zeros(n, d)];
    const times = new Float64Array(n);
    return async (y, { index, t, next, last }, out) => {
      await job.score.evaluate(y, times.fill(t), { score: s });
      if (last && denoise) z.data.fill(0);
      else fillNormal(job.key.at('step', index), job.first ?? 0, n, d, z.data);
      step.load(next, t);
      step.mean(y, out);
      for (let k = 0; k < n * d; k++) out.data[k] = 2 * y.data[k]! - out.data[k]!;
      step.addCovariance(s, out);
      step.addRoot(z, drawn, out);
    };
  },
});
