/**
 * Variance-exploding diffusion (Song et al. 2021, eq. 9): Brownian motion with growing steps.
 *
 *     dY = g(t) dW,    σ(t) = σ_min (σ_max/σ_min)^{t/T},    g(t) = σ(t) √(2 ln(σ_max/σ_min)/T)
 *
 * Affine:  q(y_t | y_s) = N(y_s, (σ(t)² − σ(s)²) I).  From the data (s = 0) the equation gives σ(t)² − σ_min²; Song et al.'s code uses σ(t)², as if
 * the data had been blurred by σ_min just after t = 0. That is the default; `exactStart: true` keeps to the equation.
 * In its own clock θ = σ(t)² − σ_min² it is Brownian motion. Note g ≠ σ.
 *
 * Units: t in units of the horizon; σ in those of the data, σ_max at least the largest distance between two of them (not checked).
 */
import { affineTransition, type Clock, defineSde, scalarJacobian, scalarNoise, zeroField } from '@fokker/core';
import { z } from 'zod';
import { isotropicNormal } from './independent-normal.js';
import { isotropic } from './isotropic.js';

const parameters = z
  .object({
    dim: z.int().positive().default(2).describe('dimension d'),
    sigmaMin: z.number().positive().default(0.01).describe('σ at t = 0, in units of the data'),
    sigmaMax: z.number().positive().default(50).describe('σ at the horizon, in units of the data'),
    exactStart: z.boolean().default(false).describe('variance from t = 0: σ² − σ_min² if true, else σ²'),
    horizon: z.number().positive().default(1).describe('T'),
  })
  .refine(({ sigmaMin, sigmaMax }) => sigmaMax > sigmaMin, {
    path: ['sigmaMax'],
    error: 'σ must grow: sigmaMax > sigmaMin',
  });

export const ve = defineSde({
  id: 've',
  summary: 'Variance-exploding diffusion',
  parameters,
  equations: { drift: '0', noise: 'σ(t) √(2 ln(σ_max/σ_min)/T)', source: 'Song et al. 2021, eq. 9' },
  create({ dim, sigmaMin, sigmaMax, exactStart, horizon }) {
    /** growth of log σ² per unit time: σ² = σ_min² e^{κt}, g² = κσ² */
    const growth = (2 * Math.log(sigmaMax / sigmaMin)) / horizon;
    const variance = (t: number): number => sigmaMin ** 2 * Math.exp(growth * t);
    const clock: Clock = {
      beta: (t) => growth * variance(t),
      B: (t) => sigmaMin ** 2 * Math.expm1(growth * t),
      inverse: (theta) => Math.log1p(theta / sigmaMin ** 2) / growth,
    };
    return {
      dim,
      span: { t0: 0, T: horizon },
      cutoff: { train: 1e-5, sample: 1e-5 },
      affine: true,
      drift: zeroField,
      diffusion: scalarNoise(dim, (t) => Math.sqrt(clock.beta(t))),
      jacobian: scalarJacobian(() => 0),
      divergence(y, _t, out) {
        out.fill(0, 0, y.n);
      },
      driftTime: zeroField,
      itoTerm: zeroField,
      transition: affineTransition((s, t) => ({
        a: 1,
        variance: s === 0 && !exactStart ? variance(t) : variance(s) * Math.expm1(growth * (t - s)),
      })),
      timeChange: { clock, base: isotropic(dim, { rate: 0, noise: 1 }) },
      prior: isotropicNormal(dim, sigmaMax),
    };
  },
});
