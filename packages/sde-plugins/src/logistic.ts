/**
 * Nonlinear diffusion to a logistic prior: Langevin motion in its own clock towards π(y) = Π_j sech²((y_j − μ)/2c)/4c.
 *
 *     dY = ½ β(t) ∇log π(Y) dt + √β(t) dW,     ∂_j log π = −(1/c) tanh((y_j − μ)/2c),     ∂_j² log π = −(1/2c²) sech²((y_j − μ)/2c)
 *
 * β and B as for VP. J is diagonal and never positive, so no lag makes a linearised kernel explode. Stationary law and prior π: y_j = μ + c log(u/(1 − u)), of variance
 * π²c²/3 (c = √3/π for unit variance). In the clock θ = B(t): f̄ = ½ ∇log π, Q̄ = I, ½ Q̄:∇²f̄ = (1/8c³) tanh sech².
 *
 * Non-Gaussian priors are proposed by Singhal, Goldstein & Ranganath 2024; the parameters are ours. Standardise the data first (not checked).
 */
import {
  type Distribution,
  defineSde,
  diagonalJacobian,
  fillUniform,
  linearClock,
  type Sde,
  scalarNoise,
  zeroField,
} from '@fokker/core';
import { z } from 'zod';
import { betaSchedule } from './beta-schedule.js';
import { timeChanged } from './time-changed.js';

const parameters = betaSchedule.safeExtend({
  mu: z.number().default(0).describe('μ, centre of the prior'),
  c: z.number().positive().default(1).describe('c, scale of the prior: standard deviation πc/√3'),
});

/** sech² u without overflow. */
const sech2 = (u: number): number => Math.cosh(u) ** -2;

const logisticLaw = (dim: number, mu: number, c: number): Distribution => ({
  dim,
  sample(key, first, out) {
    fillUniform(key, first, out.n, dim, out.data);
    for (let k = 0; k < out.n * dim; k++) out.data[k] = mu + c * (Math.log(out.data[k]!) - Math.log1p(-out.data[k]!));
  },
  logDensity(y, out) {
    for (let i = 0, k = 0; i < y.n; i++) {
      let sum = -dim * Math.log(c);
      for (let j = 0; j < dim; j++, k++) {
        const u = Math.abs(y.data[k]! - mu) / c;
        sum -= u + 2 * Math.log1p(Math.exp(-u));
      }
      out[i] = sum;
    }
  },
  score(y, out) {
    for (let k = 0; k < y.n * dim; k++) out.data[k] = -Math.tanh((y.data[k]! - mu) / (2 * c)) / c;
  },
});

/** dȲ = ½ ∇log π dθ + dW */
const autonomous = (dim: number, mu: number, c: number): Sde => ({
  dim,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-5, sample: 1e-3 },
  drift(y, _t, out) {
    for (let k = 0; k < y.n * dim; k++) out.data[k] = (-0.5 / c) * Math.tanh((y.data[k]! - mu) / (2 * c));
  },
  diffusion: scalarNoise(dim, 1),
  jacobian: diagonalJacobian((y, at, _t, out, outAt) => {
    for (let j = 0; j < dim; j++) out[outAt + j] = (-0.25 / c ** 2) * sech2((y[at + j]! - mu) / (2 * c));
  }),
  divergence(y, _t, out) {
    for (let i = 0, k = 0; i < y.n; i++) {
      let sum = 0;
      for (let j = 0; j < dim; j++, k++) sum += sech2((y.data[k]! - mu) / (2 * c));
      out[i] = (-0.25 / c ** 2) * sum;
    }
  },
  driftTime: zeroField,
  itoTerm(y, _t, out) {
    for (let k = 0; k < y.n * dim; k++) {
      const u = (y.data[k]! - mu) / (2 * c);
      out.data[k] = (0.125 / c ** 3) * Math.tanh(u) * sech2(u);
    }
  },
  stationary: logisticLaw(dim, mu, c),
});

export const logistic = defineSde({
  id: 'logistic',
  summary: 'Nonlinear diffusion to a logistic prior, heavier-tailed than a Gaussian',
  parameters,
  equations: {
    drift: '-β(t)/(2c) tanh((y - μ)/(2c))',
    noise: '√β(t)',
    source: 'Singhal, Goldstein & Ranganath 2024 (non-Gaussian priors); parameters ours',
  },
  create({ dim, beta0, beta1, horizon, mu, c }) {
    const slope = (beta1 - beta0) / horizon;
    return {
      ...timeChanged({
        base: autonomous(dim, mu, c),
        clock: linearClock(beta0, beta1, horizon),
        slope: () => slope,
        horizon,
        cutoff: { train: 1e-5, sample: 1e-3 },
      }),
      prior: logisticLaw(dim, mu, c),
    };
  },
});
