/**
 * Nonlinear diffusion to a mixture of Gaussians (Singhal, Goldstein & Ranganath 2024, MoG prior; the parameters are ours): Langevin dynamics of π in a clock.
 *
 *     dY = ½ β(t) ∇log π(Y) dt + √β(t) dW,     π = Σ_k w_k N(μ_k, C_k),     β(t) = β₀ + (β₁ − β₀) t/T
 *
 * π is stationary. In the clock θ = B(t) = ∫β the process is the autonomous dY = ½ ∇log π dθ + dW, J̄ = ½ ∇²log π. Round components, C_k = c_k² I, make J̄ a multiple
 * of the identity plus a rank of at most K, so that image-sized states are linearised in O(d K + K³); full covariances take O(K d² + d³).
 *
 * Metastable: modes apart are crossed rarely, so p_T is near π only where the data fill the modes with about its weights, or B(T) is large. `prior` is π all the same.
 *
 * Units: t in units of the horizon; y dimensionless. Throws E_COVARIANCE for covariances that are none.
 */
import {
  defineSde,
  linearClock,
  type Sde,
  scalarNoise,
  scaledJacobian,
  type VectorField,
  zeroField,
} from '@fokker/core';
import { z } from 'zod';
import { fullMixture } from './full-mixture.js';
import { checkComponents, componentsOf, mixtureParameters } from './mixture-components.js';
import type { MixtureLaw } from './mixture-law.js';
import { roundMixture, roundRank } from './round-mixture.js';
import { timeChanged } from './time-changed.js';

const parameters = z
  .object({
    ...mixtureParameters,
    beta0: z.number().positive().default(0.1).describe('β at t = 0, per unit time'),
    beta1: z.number().positive().default(20).describe('β at the horizon, per unit time'),
    horizon: z.number().positive().default(1).describe('T'),
  })
  .refine(({ beta0, beta1 }) => beta1 >= beta0, { path: ['beta1'], error: 'β must not decrease: beta1 ≥ beta0' })
  .check((context) => checkComponents(context.value, context));

/** dY = ½ ∇log π dθ + dW, up to θ = `horizon`. */
const langevin = (law: MixtureLaw, horizon: number): Sde => {
  const d = law.dim;
  const { laplacianGradient } = law;
  return {
    dim: d,
    span: { t0: 0, T: horizon },
    cutoff: { train: 1e-5, sample: 1e-3 },
    drift: times(0.5, law.score),
    diffusion: scalarNoise(d, 1),
    jacobian: scaledJacobian(d, law.hessian, () => 0.5),
    driftTime: zeroField,
    ...(laplacianGradient === undefined ? {} : { itoTerm: times(0.25, laplacianGradient) }),
    stationary: law,
  };
};

const times =
  (factor: number, field: MixtureLaw['score']): VectorField =>
  (y, _t, out) => {
    field(y, out);
    for (let k = 0; k < y.n * y.d; k++) out.data[k]! *= factor;
  };

export const mogPrior = defineSde({
  id: 'mog-prior',
  summary: 'Langevin diffusion to a mixture of Gaussians, of image-sized states too',
  parameters,
  equations: {
    drift: '½ β(t) ∇log π(y)',
    noise: '√β(t)',
    source: 'Singhal, Goldstein & Ranganath 2024; parameters ours',
  },
  create({ beta0, beta1, horizon, ...given }) {
    const components = componentsOf(given);
    const { std, d } = components;
    const law =
      std !== undefined && roundRank(components, std) < d ? roundMixture(components, std) : fullMixture(components);
    const clock = linearClock(beta0, beta1, horizon);
    const process = timeChanged({
      base: langevin(law, clock.B(horizon)),
      clock,
      slope: () => (beta1 - beta0) / horizon,
      horizon,
      cutoff: { train: 1e-5, sample: 1e-3 },
    });
    return { ...process, prior: law };
  },
});
