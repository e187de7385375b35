/**
 * Variance-preserving diffusion (Song et al. 2021, eq. 11).
 *
 *     dY = −½ β(t) Y dt + √β(t) dW,    β(t) = β₀ + (β₁ − β₀) t/T,    B(t) = ∫₀ᵗ β(u) du
 *
 * Affine:  q(y_t | y_s) = N(a y_s, (1 − a²) I)  with  a = e^{−(B(t) − B(s))/2}.
 * In its own clock θ = B(t) it is the autonomous dY = −½ Y dθ + dW, where linearisation is exact.
 *
 * Units: t in units of the horizon; y dimensionless and of order one (standardise the data first; not checked).
 */
import { affineTransition, defineSde, scalarNoise } from '@fokker/core';
import { betaDrift, betaSchedule } from './beta-schedule.js';
import { isotropicNormal } from './independent-normal.js';
import { isotropic } from './isotropic.js';

export const vp = defineSde({
  id: 'vp',
  summary: 'Variance-preserving diffusion to N(0, I)',
  parameters: betaSchedule,
  equations: { drift: '-½ β(t) y', noise: '√β(t)', source: 'Song et al. 2021, eq. 11' },
  create({ dim, beta0, beta1, horizon }) {
    const { clock, ...affine } = betaDrift({ dim, beta0, beta1, horizon });
    return {
      ...affine,
      cutoff: { train: 1e-5, sample: 1e-3 },
      diffusion: scalarNoise(dim, (t) => Math.sqrt(clock.beta(t))),
      transition: affineTransition((s, t) => {
        const decay = clock.B(s) - clock.B(t);
        return { a: Math.exp(0.5 * decay), variance: -Math.expm1(decay) };
      }),
      timeChange: { clock, base: isotropic(dim, { rate: 0.5, noise: 1 }) },
      prior: isotropicNormal(dim, 1),
    };
  },
});
