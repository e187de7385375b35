/**
 * Lorenz's convection model of 1963 with noise on every coordinate.
 *
 *     dx = σ (y − x) dt + √q dW₁,     dy = (x (ρ − z) − y) dt + √q dW₂,     dz = (x y − b z) dt + √q dW₃
 *
 * The divergence −(σ + 1 + b) is constant, so in the stationary state E‖s‖² = 2 (σ + 1 + b)/q; E z² and E xy balance as b E z² = E xyz + q/2. ½ Q:∇²f = 0: the
 * quadratic terms are products of different coordinates. No closed-form density.
 *
 * Units: those of the source, dimensionless. Starts near the attractor, N((0, 0, 25), 5² I).
 */
import { defineSde, denseJacobian, scalarNoise, zeroField } from '@fokker/core';
import { z } from 'zod';
import { normalStart } from './initial-laws.js';

const parameters = z.object({
  sigma: z.number().positive().default(10).describe('σ, Prandtl number'),
  rho: z.number().positive().default(28).describe('ρ, Rayleigh number over its critical value'),
  b: z
    .number()
    .positive()
    .default(8 / 3)
    .describe('b, geometry of the rolls'),
  q: z.number().positive().default(2).describe('q, squared strength of the noise'),
  horizon: z.number().positive().default(10).describe('T'),
});

export const lorenz63 = defineSde({
  id: 'lorenz-63',
  summary: "Lorenz's chaotic convection model with additive noise",
  parameters,
  coordinates: ['x', 'y', 'z'],
  equations: {
    drift: ['σ (y - x)', 'x (ρ - z) - y', 'x y - b z'],
    noise: ['√q', '√q', '√q'],
    source: 'Lorenz 1963, Deterministic nonperiodic flow, J. Atmos. Sci. 20',
  },
  create({ sigma, rho, b, q, horizon }) {
    return {
      dim: 3,
      span: { t0: 0, T: horizon },
      cutoff: { train: 1e-3, sample: 1e-2 },
      drift(batch, _t, out) {
        for (let k = 0; k < 3 * batch.n; k += 3) {
          const [x, y, z] = [batch.data[k]!, batch.data[k + 1]!, batch.data[k + 2]!];
          out.data[k] = sigma * (y - x);
          out.data[k + 1] = x * (rho - z) - y;
          out.data[k + 2] = x * y - b * z;
        }
      },
      diffusion: scalarNoise(3, Math.sqrt(q)),
      jacobian: denseJacobian(3, (batch, at, _t, out, outAt) => {
        const [x, y, z] = [batch[at]!, batch[at + 1]!, batch[at + 2]!];
        out[outAt] = -sigma;
        out[outAt + 1] = sigma;
        out[outAt + 2] = 0;
        out[outAt + 3] = rho - z;
        out[outAt + 4] = -1;
        out[outAt + 5] = -x;
        out[outAt + 6] = y;
        out[outAt + 7] = x;
        out[outAt + 8] = -b;
      }),
      divergence(batch, _t, out) {
        out.fill(-(sigma + 1 + b), 0, batch.n);
      },
      driftTime: zeroField,
      itoTerm: zeroField,
      initial: normalStart([0, 0, 25], [5, 5, 5]),
    };
  },
});
