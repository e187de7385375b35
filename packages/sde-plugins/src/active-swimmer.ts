/**
 * An active swimmer in an anharmonic trap (Boffi & Vanden-Eijnden 2023): position x, self-propulsion velocity v, noise on v alone.
 *
 *     dx = (−x³ + v) dt,     dv = −γ v dt + √(2γD) dW
 *
 * Nonlinear and degenerate: Q = diag(0, 2γD), J = [[−3x², 1], [0, −γ]], ½ Q:∇²f = 0 (no curvature along v). The score matters along v only.
 * No closed-form density. From N(0, I) with D = 1 v stays N(0, D), and in the stationary state E x⁶ + γ E x⁴ = D.
 *
 * Units: x and v dimensionless, t in units in which the trap's stiffness is one; rows of a batch are (x, v). The source simulates to t = 100; the
 * transient is over by t ≈ 5, so the horizon is 10 here.
 */
import { constantNoise, defineSde, denseJacobian, zeroField } from '@fokker/core';
import { z } from 'zod';

const parameters = z.object({
  gamma: z.number().positive().default(0.1).describe('γ, relaxation rate of the self-propulsion, per unit time'),
  D: z.number().positive().default(1).describe('D, stationary variance of v'),
  horizon: z.number().positive().default(10).describe('T'),
});

export const activeSwimmer = defineSde({
  id: 'active-swimmer',
  summary: 'Active swimmer in an anharmonic trap: nonlinear, noise on the velocity only',
  parameters,
  coordinates: ['x', 'v'],
  equations: {
    drift: ['-x^3 + v', '-γ v'],
    noise: ['0', '√(2 γ D)'],
    source: 'Boffi & Vanden-Eijnden 2023, Probability flow solution of the Fokker–Planck equation',
  },
  create({ gamma, D, horizon }) {
    return {
      dim: 2,
      span: { t0: 0, T: horizon },
      cutoff: { train: 1e-3, sample: 1e-2 },
      drift(y, _t, out) {
        for (let k = 0; k < 2 * y.n; k += 2) {
          const x = y.data[k]!;
          const v = y.data[k + 1]!;
          out.data[k] = v - x * x * x;
          out.data[k + 1] = -gamma * v;
        }
      },
      diffusion: constantNoise([[0], [Math.sqrt(2 * gamma * D)]]),
      jacobian: denseJacobian(2, (y, at, _t, out, outAt) => {
        const x = y[at]!;
        out[outAt] = -3 * x * x;
        out[outAt + 1] = 1;
        out[outAt + 2] = 0;
        out[outAt + 3] = -gamma;
      }),
      divergence(y, _t, out) {
        for (let i = 0; i < y.n; i++) out[i] = -3 * y.data[2 * i]! ** 2 - gamma;
      },
      driftTime: zeroField,
      itoTerm: zeroField,
      noiseRange: { rank: 1, basis: 'coordinates', coordinates: [1] },
    };
  },
});
