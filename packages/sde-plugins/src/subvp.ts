/**
 * Sub-variance-preserving diffusion (Song et al. 2021, eq. 12): VP's drift with less noise, so that its variance never exceeds VP's.
 *
 *     dY = −½ β(t) Y dt + √(β(t) (1 − e^{−2B(t)})) dW,    β(t) = β₀ + (β₁ − β₀) t/T,    B(t) = ∫₀ᵗ β(u) du
 *
 * Affine:  q(y_t | y_s) = N(a y_s, v I)  with  a = e^{−(B(t) − B(s))/2}  and, from v' = −βv + g²,
 *
 *     v = (1 − e^{−B(t)})² − a² (1 − e^{−B(s)})² = (1 − e^{−(B(t) − B(s))}) (1 − e^{−(B(t) + B(s))})
 *
 * The product has no cancellation. The standard deviation from t = 0 is 1 − e^{−B}, not its root. Not of time-changed form: the noise has its own clock.
 */
import { affineTransition, defineSde, scalarNoise } from '@fokker/core';
import { betaDrift, betaSchedule } from './beta-schedule.js';
import { isotropicNormal } from './independent-normal.js';

export const subvp = defineSde({
  id: 'subvp',
  summary: 'Sub-variance-preserving diffusion to N(0, I)',
  parameters: betaSchedule,
  equations: { drift: '-½ β(t) y', noise: '√(β(t) (1 - e^(-2 B(t))))', source: 'Song et al. 2021, eq. 12' },
  create({ dim, beta0, beta1, horizon }) {
    const { clock, ...affine } = betaDrift({ dim, beta0, beta1, horizon });
    return {
      ...affine,
      cutoff: { train: 1e-5, sample: 1e-3 },
      diffusion: scalarNoise(dim, (t) => Math.sqrt(-clock.beta(t) * Math.expm1(-2 * clock.B(t)))),
      transition: affineTransition((s, t) => {
        const decay = clock.B(s) - clock.B(t);
        return { a: Math.exp(0.5 * decay), variance: Math.expm1(decay) * Math.expm1(-clock.B(s) - clock.B(t)) };
      }),
      prior: isotropicNormal(dim, 1),
    };
  },
});
