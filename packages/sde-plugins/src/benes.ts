/**
 * Beneš's process, a product of independent copies: nonlinear, and yet its densities are known.
 *
 *     dY_j = tanh(Y_j) dt + dW_j
 *
 * With h(y) = Π_j cosh y_j the exact transition is Brownian motion tilted by h:
 *
 *     q(y_t | y_s) = e^{−dτ/2} h(y_t)/h(y_s) N(y_t; y_s, τ I),     τ = t − s
 *
 * so data made of atoms x_k with weights w_k have, at every t > 0,
 *
 *     log p_t(y) = −dt/2 + log h(y) + log Σ_k w_k/h(x_k) N(y; x_k, t I),     ∇log p_t(y) = tanh y + Σ_k r_k(y) (x_k − y)/t
 *
 * with r_k ∝ w_k/h(x_k) e^{−|y − x_k|²/2t}. Gaussian components of positive width have no such form: `marginal` is undefined for them.
 * J = diag(sech² y), ½ Q:∇²f = −tanh y sech² y. Escapes to infinity like ±t: there is no stationary law.
 */
import { defineSde, diagonalJacobian, scalarNoise, zeroField } from '@fokker/core';
import { z } from 'zod';
import { benesMarginal } from './benes-marginal.js';

const parameters = z.object({
  dim: z.int().positive().default(1).describe('dimension d'),
  horizon: z.number().positive().default(2).describe('T'),
});

/** sech² y; 0 where cosh y overflows. */
const sech2 = (y: number): number => Math.cosh(y) ** -2;

export const benes = defineSde({
  id: 'benes',
  summary: 'Beneš process: a nonlinear drift with exact densities, the oracle for linearised objectives',
  parameters,
  equations: { drift: 'tanh(y)', noise: '1', source: 'Beneš 1981, Exact finite-dimensional filters' },
  create({ dim, horizon }) {
    return {
      dim,
      span: { t0: 0, T: horizon },
      cutoff: { train: 1e-3, sample: 1e-2 },
      drift(y, _t, out) {
        for (let k = 0; k < y.n * dim; k++) out.data[k] = Math.tanh(y.data[k]!);
      },
      diffusion: scalarNoise(dim, 1),
      jacobian: diagonalJacobian((y, at, _t, out, outAt) => {
        for (let j = 0; j < dim; j++) out[outAt + j] = sech2(y[at + j]!);
      }),
      divergence(y, _t, out) {
        for (let i = 0, k = 0; i < y.n; i++) {
          let sum = 0;
          for (let j = 0; j < dim; j++, k++) sum += sech2(y.data[k]!);
          out[i] = sum;
        }
      },
      driftTime: zeroField,
      itoTerm(y, _t, out) {
        for (let k = 0; k < y.n * dim; k++) out.data[k] = -Math.tanh(y.data[k]!) * sech2(y.data[k]!);
      },
      marginal: benesMarginal(dim),
    };
  },
});
