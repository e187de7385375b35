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
  type JacobianField,
  jacobianLength,
  linearClock,
  scalarNoise,
  type VectorField,
  zeroField,
} from '@fokker/core';
import { z } from 'zod';
import { fullMixture } from './full-mixture.js';
import { checkComponents, componentsOf, mixtureParameters } from './mixture-components.js';
import type { MixtureLaw } from './mixture-law.js';
import { roundMixture, roundRank } from './round-mixture.js';

const parameters = z
  .object({
    ...mixtureParameters,
    beta0: z.number().positive().default(0.1).describe('β at t = 0, per unit time'),
    beta1: z.number().positive().default(20).describe('β at the horizon, per unit time'),
    horizon: z.number().positive().default(1).describe('T'),
  })
  .refine(({ beta0, beta1 }) => beta1 >= beta0, { path: ['beta1'], error: 'β must not decrease: beta1 ≥ beta0' })
  .check((context) => checkComponents(context.value, context));

/** M(y) scaled by a function of time, in the structure it has. */
const scaled = (field: JacobianField, d: number, linear: number, scale: (t: number) => number): JacobianField => {
  const length = jacobianLength(field, d);
  return {
    ...field,
    entries(y, t, out) {
      field.entries(y, t, out);
      for (let i = 0; i < y.n; i++) {
        const factor = scale(t[i]!);
        for (let k = i * length; k < i * length + linear; k++) out[k]! *= factor;
      }
    },
  };
};

/** f = a(t) ∇log π under noise of variance 2a, and its derivatives; `slope` is a′. */
const langevin = (law: MixtureLaw, a: (t: number) => number, slope: number) => {
  const d = law.dim;
  const { laplacianGradient } = law;
  /** out = factor(t) · field(y) */
  const times =
    (field: MixtureLaw['score'], factor: (t: number) => number): VectorField =>
    (y, t, out) => {
      field(y, out);
      for (let i = 0, k = 0; i < y.n; i++) {
        const by = factor(t[i]!);
        for (let j = 0; j < d; j++, k++) out.data[k]! *= by;
      }
    };
  return {
    drift: times(law.score, a),
    jacobian: scaled(law.hessian, d, law.linear, a),
    driftTime: slope === 0 ? zeroField : times(law.score, () => slope),
    // ½ Q:∇²f with Q = 2a I
    ...(laplacianGradient === undefined ? {} : { itoTerm: times(laplacianGradient, (t) => a(t) ** 2) }),
  };
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
    const slope = (beta1 - beta0) / horizon;
    const common = { dim: d, cutoff: { train: 1e-5, sample: 1e-3 }, prior: law, stationary: law };
    return {
      ...common,
      span: { t0: 0, T: horizon },
      ...langevin(law, (t) => 0.5 * clock.beta(t), 0.5 * slope),
      diffusion: scalarNoise(d, (t) => Math.sqrt(clock.beta(t))),
      timeChange: {
        clock,
        base: {
          ...common,
          span: { t0: 0, T: clock.B(horizon) },
          ...langevin(law, () => 0.5, 0),
          diffusion: scalarNoise(d, 1),
        },
      },
    };
  },
});
