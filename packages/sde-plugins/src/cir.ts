/**
 * The square-root process of Feller and of Cox, Ingersoll and Ross, independent coordinates: noise that fades towards 0.
 *
 *     dY_j = κ (θ − Y_j) dt + σ √Y_j dW_j,     Y_j ≥ 0
 *
 * From y₀ the law is a non-central χ² (cir-transition.ts) with E Y_t = θ + (y₀ − θ) e^{−κt} and Var Y_t = y₀ (σ²/κ)(e^{−κt} − e^{−2κt}) + θ (σ²/2κ)(1 − e^{−κt})².
 * Stationary law: Gamma of shape a = 2κθ/σ² and rate 2κ/σ². ∇·Q = σ², ½ ∂∂:Q = 0.
 *
 * Boundary: exact paths never reach 0 where a ≥ 1 (Feller's condition 2κθ ≥ σ²). For a < 1 they touch it and return at once, and p_t ∝ y^{a−1} near it: the score is
 * singular there and no network can follow it. A discrete step that crosses 0 is reflected (the symmetrised Euler scheme); it does so more often the smaller a.
 *
 * Units: y and θ alike, κ per unit time, σ² in units of y per time.
 */
import { defineSde, diagonalStateNoise, positiveDomain, scalarJacobian, zeroField } from '@fokker/core';
import { z } from 'zod';
import { atomMarginal } from './atom-marginal.js';
import { cirTransition } from './cir-transition.js';
import { gammaLaw } from './gamma-law.js';
import { logNormalStart } from './initial-laws.js';

const parameters = z.object({
  dim: z.int().positive().default(1).describe('dimension d'),
  kappa: z.number().positive().default(1).describe('κ, rate of return, per unit time'),
  theta: z.number().positive().default(1).describe('θ, stationary mean'),
  sigma: z.number().positive().default(0.5).describe('σ; 0 is out of reach where σ² ≤ 2κθ'),
  horizon: z.number().positive().default(5).describe('T'),
});

export const cir = defineSde({
  id: 'cir',
  summary: 'Square-root process of Cox, Ingersoll and Ross: positive, everything known in closed form',
  parameters,
  equations: {
    drift: 'κ (θ - y)',
    noise: 'σ √y',
    source: 'Feller 1951, Two singular diffusion problems; Cox, Ingersoll & Ross 1985, Econometrica 53',
  },
  create({ dim, kappa, theta, sigma, horizon }) {
    return {
      dim,
      span: { t0: 0, T: horizon },
      cutoff: { train: 1e-3, sample: 1e-2 },
      affine: true,
      domain: positiveDomain(dim),
      initial: logNormalStart(new Array<number>(dim).fill(0.5 * theta), 0.25),
      drift(y, _t, out) {
        for (let k = 0; k < y.n * dim; k++) out.data[k] = kappa * (theta - y.data[k]!);
      },
      diffusion: diagonalStateNoise(dim, (y, at, _t, out) => {
        for (let j = 0; j < dim; j++) out[j] = sigma * Math.sqrt(y[at + j]!);
      }),
      jacobian: scalarJacobian(() => -kappa),
      divergence(y, _t, out) {
        out.fill(-kappa * dim, 0, y.n);
      },
      driftTime: zeroField,
      itoTerm: zeroField,
      noiseDivergence: {
        divergence(y, _t, out) {
          out.data.fill(sigma ** 2, 0, y.n * dim);
        },
        halfHessianTrace(y, _t, out) {
          out.fill(0, 0, y.n);
        },
      },
      stationary: gammaLaw(dim, (2 * kappa * theta) / sigma ** 2, (2 * kappa) / sigma ** 2),
      marginal: atomMarginal(dim, cirTransition(kappa, theta, sigma)),
    };
  },
});
