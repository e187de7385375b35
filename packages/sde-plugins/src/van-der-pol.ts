/**
 * The stochastic van der Pol oscillator: self-sustained oscillation, noise on the velocity alone.
 *
 *     dx = v dt,     dv = (μ (1 − x²) v − x) dt + √(2Θ) dW
 *
 * Degenerate: Q = diag(0, 2Θ), ½ Q:∇²f = 0 (no curvature along v), J = [[0, 1], [−2μxv − 1, μ(1 − x²)]]. No closed-form density; in the stationary state
 * E s_v² = μ (E x² − 1)/Θ and μ E[(x² − 1) v²] = Θ.
 *
 * Units: x in half the amplitude of the limit cycle, t in units in which the small oscillation has frequency one.
 */
import { constantNoise, defineSde, denseJacobian, zeroField } from '@fokker/core';
import { z } from 'zod';

const parameters = z.object({
  mu: z.number().positive().default(1).describe('μ, strength of the nonlinear damping'),
  temperature: z.number().positive().default(0.5).describe('Θ, half the squared strength of the noise'),
  horizon: z.number().positive().default(20).describe('T'),
});

export const vanDerPol = defineSde({
  id: 'van-der-pol',
  summary: 'Stochastic van der Pol oscillator: a noisy limit cycle, noise on the velocity only',
  parameters,
  coordinates: ['x', 'v'],
  equations: {
    drift: ['v', 'μ (1 - x^2) v - x'],
    noise: ['0', '√(2Θ)'],
    source: 'van der Pol 1926, On relaxation-oscillations, Phil. Mag. 2; with additive noise',
  },
  create({ mu, temperature, horizon }) {
    return {
      dim: 2,
      span: { t0: 0, T: horizon },
      cutoff: { train: 1e-3, sample: 1e-2 },
      drift(y, _t, out) {
        for (let k = 0; k < 2 * y.n; k += 2) {
          const [x, v] = [y.data[k]!, y.data[k + 1]!];
          out.data[k] = v;
          out.data[k + 1] = mu * (1 - x * x) * v - x;
        }
      },
      diffusion: constantNoise([[0], [Math.sqrt(2 * temperature)]]),
      jacobian: denseJacobian(2, (y, at, _t, out, outAt) => {
        const [x, v] = [y[at]!, y[at + 1]!];
        out[outAt] = 0;
        out[outAt + 1] = 1;
        out[outAt + 2] = -2 * mu * x * v - 1;
        out[outAt + 3] = mu * (1 - x * x);
      }),
      divergence(y, _t, out) {
        for (let i = 0; i < y.n; i++) out[i] = mu * (1 - y.data[2 * i]! ** 2);
      },
      driftTime: zeroField,
      itoTerm: zeroField,
      noiseRange: { rank: 1, basis: 'coordinates', coordinates: [1] },
    };
  },
});
