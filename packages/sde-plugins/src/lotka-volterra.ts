/**
 * Stochastic Lotka–Volterra: prey x and predators y in a fluctuating environment.
 *
 *     dx = x (α − κx − βy) dt + σ_x x dW₁,     dy = y (δx − γ) dt + σ_y y dW₂,     x, y > 0
 *
 * Noise depends on the state: Q = diag(σ_x² x², σ_y² y²), ∇·Q = (2σ_x² x, 2σ_y² y), ½ ∂∂:Q = σ_x² + σ_y². ½ Q:∇²f = (−κσ_x² x², 0).
 *
 * Boundary: log x and log y never explode, so exact paths stay positive; a discrete step that crosses 0 is reflected at it, which takes a step as long as (1/σ)².
 * Where the law is stationary (κ > 0 and noise that is not too strong), E d log x = E d log y = 0 gives E x = (γ + σ_y²/2)/δ and E y = (α − σ_x²/2 − κ E x)/β.
 * κ = 0 is Lotka's and Volterra's own system: its noisy cycles grow without end, and there is no stationary law.
 *
 * Units: populations in any unit, rates per unit time. Starts log-normal about the deterministic balance x* = γ/δ, y* = (α − κx*)/β, or (x*, x*) where that is not positive.
 */
import { type Batch, defineSde, denseJacobian, diagonalStateNoise, positiveDomain, zeroField } from '@fokker/core';
import { z } from 'zod';
import { logNormalStart } from './initial-laws.js';

const rate = z.number().positive();
const parameters = z.object({
  alpha: rate.default(1).describe('α, growth of the prey'),
  beta: rate.default(1).describe('β, loss of prey to a predator'),
  gamma: rate.default(1).describe('γ, death of predators'),
  delta: rate.default(1).describe('δ, gain of a predator from a prey'),
  kappa: z.number().nonnegative().default(0.2).describe('κ, competition among the prey'),
  noiseX: rate.default(0.2).describe('σ_x, noise on the growth of the prey'),
  noiseY: rate.default(0.2).describe('σ_y, noise on the death of predators'),
  horizon: rate.default(20).describe('T; a cycle takes about 2π/√(αγ)'),
});

export const lotkaVolterra = defineSde({
  id: 'lotka-volterra',
  summary: 'Stochastic Lotka–Volterra: prey and predators, noise proportional to their numbers',
  parameters,
  coordinates: ['x', 'y'],
  equations: {
    drift: ['x (α - κ x - β y)', 'y (δ x - γ)'],
    noise: ['σ_x x', 'σ_y y'],
    source: 'Lotka 1925; Volterra 1926; noise as in Khasminskii & Klebaner 2001, Ann. Appl. Probab. 11',
  },
  create({ alpha, beta, gamma, delta, kappa, noiseX, noiseY, horizon }) {
    const [preyBalance, spare] = [gamma / delta, alpha - (kappa * gamma) / delta];
    const predatorBalance = spare > 0 ? spare / beta : preyBalance;
    return {
      dim: 2,
      span: { t0: 0, T: horizon },
      cutoff: { train: 1e-3, sample: 1e-2 },
      domain: positiveDomain(2),
      initial: logNormalStart([preyBalance, predatorBalance], 0.25),
      drift(state, _t, out) {
        for (let k = 0; k < 2 * state.n; k += 2) {
          const [x, y] = [state.data[k]!, state.data[k + 1]!];
          out.data[k] = x * (alpha - kappa * x - beta * y);
          out.data[k + 1] = y * (delta * x - gamma);
        }
      },
      diffusion: diagonalStateNoise(2, (state, at, _t, out) => {
        out[0] = noiseX * state[at]!;
        out[1] = noiseY * state[at + 1]!;
      }),
      jacobian: denseJacobian(2, (state, at, _t, out, outAt) => {
        const [x, y] = [state[at]!, state[at + 1]!];
        out[outAt] = alpha - 2 * kappa * x - beta * y;
        out[outAt + 1] = -beta * x;
        out[outAt + 2] = delta * y;
        out[outAt + 3] = delta * x - gamma;
      }),
      divergence(state, _t, out) {
        for (let i = 0; i < state.n; i++) {
          const [x, y] = [state.data[2 * i]!, state.data[2 * i + 1]!];
          out[i] = alpha - 2 * kappa * x - beta * y + delta * x - gamma;
        }
      },
      driftTime: zeroField,
      itoTerm(state: Batch, _t: Float64Array, out: Batch) {
        for (let k = 0; k < 2 * state.n; k += 2) {
          out.data[k] = -kappa * (noiseX * state.data[k]!) ** 2;
          out.data[k + 1] = 0;
        }
      },
      noiseDivergence: {
        divergence(state, _t, out) {
          for (let k = 0; k < 2 * state.n; k += 2) {
            out.data[k] = 2 * noiseX ** 2 * state.data[k]!;
            out.data[k + 1] = 2 * noiseY ** 2 * state.data[k + 1]!;
          }
        },
        halfHessianTrace(state, _t, out) {
          out.fill(noiseX ** 2 + noiseY ** 2, 0, state.n);
        },
      },
      noiseRange: { rank: 2, basis: 'coordinates', coordinates: [0, 1] },
    };
  },
});
