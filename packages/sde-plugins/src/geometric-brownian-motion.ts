/**
 * Geometric Brownian motion, independent coordinates, noise proportional to the state.
 *
 *     Itô            dY_j = μ Y_j dt + σ Y_j dW_j,     Y_j > 0
 *     Stratonovich   dY_j = μ Y_j dt + σ Y_j ∘ dW_j,   which is Itô's with μ + ½σ² for μ
 *
 * With r the Itô rate, log Y_t ~ N(log y₀ + (r − ½σ²) t, σ² t), so E Y_t = y₀ e^{rt}. ∇·Q = 2σ² y, ½ ∂∂:Q = dσ². Grows or dies out: there is no stationary law.
 *
 * Boundary: exact paths never reach 0. A discrete step crosses it with probability Φ(−(1 + rh)/(σ√h)), below 1e-200 for σ√h < 1/30, and is then reflected.
 *
 * Units: y in any unit, μ and σ² per unit time. Starts log-normal with median 1.
 */
import {
  type Dataset,
  defineSde,
  diagonalStateNoise,
  type MarginalLaw,
  positiveDomain,
  scalarJacobian,
  zeroField,
} from '@fokker/core';
import { z } from 'zod';
import { atomMarginal, type LineTransition } from './atom-marginal.js';
import { logNormalStart } from './initial-laws.js';

const parameters = z.object({
  dim: z.int().positive().default(1).describe('dimension d'),
  mu: z.number().default(0.1).describe('μ, rate of growth, per unit time'),
  sigma: z.number().positive().default(0.3).describe('σ, volatility, per √time'),
  convention: z.enum(['ito', 'stratonovich']).default('ito').describe('in whose sense the equation is meant'),
  horizon: z.number().positive().default(2).describe('T'),
});

const startSpread = 0.25;

/** log Y given log x: N(log x + drift·t, spread² + σ² t). */
const logNormal = (drift: number, sigma: number, spread: number): LineTransition => {
  const standard = (y: number, x: number, t: number): number => Math.log(y / x) - drift * t;
  const variance = (t: number): number => spread ** 2 + sigma ** 2 * t;
  return {
    logDensity: (y, x, t) =>
      -Math.log(y) - 0.5 * (standard(y, x, t) ** 2 / variance(t) + Math.log(2 * Math.PI * variance(t))),
    score: (y, x, t) => -(1 + standard(y, x, t) / variance(t)) / y,
  };
};

export const geometricBrownianMotion = defineSde({
  id: 'geometric-brownian-motion',
  summary: 'Geometric Brownian motion: noise proportional to the state, log-normal at all times',
  parameters,
  equations: {
    drift: 'μ y   (Stratonovich: (μ + ½σ²) y)',
    noise: 'σ y',
    source: 'Kloeden & Platen 1992, Numerical Solution of Stochastic Differential Equations, §4.4 and §4.9',
  },
  create({ dim, mu, sigma, convention, horizon }) {
    const r = convention === 'ito' ? mu : mu + 0.5 * sigma ** 2;
    const ones = new Array<number>(dim).fill(1);
    const initial = logNormalStart(ones, startSpread);
    const fromAtoms = atomMarginal(dim, logNormal(r - 0.5 * sigma ** 2, sigma, 0));
    /** The start of its own is log-normal too: one point, blurred. */
    const fromStart = atomMarginal(dim, logNormal(r - 0.5 * sigma ** 2, sigma, startSpread));
    const point: Dataset = { ...initial, mixture: [{ weight: 1, mean: ones, covariance: [0] }] };
    const marginal: MarginalLaw = (data) => (data === initial ? fromStart(point) : fromAtoms(data));
    return {
      dim,
      span: { t0: 0, T: horizon },
      cutoff: { train: 1e-3, sample: 1e-3 },
      affine: true,
      domain: positiveDomain(dim),
      initial,
      marginal,
      drift(y, _t, out) {
        for (let k = 0; k < y.n * dim; k++) out.data[k] = r * y.data[k]!;
      },
      diffusion: diagonalStateNoise(dim, (y, at, _t, out) => {
        for (let j = 0; j < dim; j++) out[j] = sigma * y[at + j]!;
      }),
      jacobian: scalarJacobian(() => r),
      divergence(y, _t, out) {
        out.fill(r * dim, 0, y.n);
      },
      driftTime: zeroField,
      itoTerm: zeroField,
      noiseDivergence: {
        divergence(y, _t, out) {
          for (let k = 0; k < y.n * dim; k++) out.data[k] = 2 * sigma ** 2 * y.data[k]!;
        },
        halfHessianTrace(y, _t, out) {
          out.fill(dim * sigma ** 2, 0, y.n);
        },
      },
    };
  },
});
