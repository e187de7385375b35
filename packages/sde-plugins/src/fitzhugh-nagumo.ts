/**
 * The stochastic FitzHugh–Nagumo neuron: membrane potential v, recovery w.
 *
 *     dv = (v − v³/3 − w + I) dt + σ_v dW₁,     dw = ε (v + a − b w) dt + σ_w dW₂
 *
 * J = [[1 − v², −1], [ε, −εb]], ½ Q:∇²f = (−σ_v² v, 0). No closed-form density; in the stationary state E v + a = b E w and
 * σ_v² E s_v² + σ_w² E s_w² = 2 (E v² − 1 + εb). σ_v = 0 leaves channel noise alone, σ_w = 0 current noise; both zero is refused.
 *
 * Units: FitzHugh's, dimensionless. With the defaults the resting state has lost its stability and the neuron fires periodically.
 */
import { type Batch, constantNoise, defineSde, denseJacobian, diagonalNoise, zeroField } from '@fokker/core';
import { z } from 'zod';

const parameters = z
  .object({
    a: z.number().default(0.7).describe('a'),
    b: z.number().positive().default(0.8).describe('b'),
    epsilon: z.number().positive().default(0.08).describe('ε, ratio of the time scales'),
    current: z.number().default(0.5).describe('I, applied current'),
    noiseV: z.number().nonnegative().default(0.2).describe('σ_v, noise of the current'),
    noiseW: z.number().nonnegative().default(0.05).describe('σ_w, noise of the channels'),
    horizon: z.number().positive().default(100).describe('T; a firing period is about 40'),
  })
  .refine(({ noiseV, noiseW }) => noiseV + noiseW > 0, {
    path: ['noiseV'],
    error: 'one of the two noises is positive',
  });

export const fitzhughNagumo = defineSde({
  id: 'fitzhugh-nagumo',
  summary: 'Stochastic FitzHugh–Nagumo neuron: excitable, slow and fast',
  parameters,
  coordinates: ['v', 'w'],
  equations: {
    drift: ['v - v^3/3 - w + I', 'ε (v + a - b w)'],
    noise: ['σ_v', 'σ_w'],
    source: 'FitzHugh 1961, Biophys. J. 1; Nagumo, Arimoto & Yoshizawa 1962, Proc. IRE 50',
  },
  create({ a, b, epsilon, current, noiseV, noiseW, horizon }) {
    const noisy = [noiseV, noiseW].flatMap((g, j) => (g > 0 ? [j] : []));
    return {
      dim: 2,
      span: { t0: 0, T: horizon },
      cutoff: { train: 1e-2, sample: 1e-1 },
      drift(y, _t, out) {
        for (let k = 0; k < 2 * y.n; k += 2) {
          const [v, w] = [y.data[k]!, y.data[k + 1]!];
          out.data[k] = v - (v * v * v) / 3 - w + current;
          out.data[k + 1] = epsilon * (v + a - b * w);
        }
      },
      diffusion: noisy.length === 2 ? diagonalNoise(2, [noiseV, noiseW]) : constantNoise([[noiseV], [noiseW]]),
      jacobian: denseJacobian(2, (y, at, _t, out, outAt) => {
        out[outAt] = 1 - y[at]! ** 2;
        out[outAt + 1] = -1;
        out[outAt + 2] = epsilon;
        out[outAt + 3] = -epsilon * b;
      }),
      divergence(y, _t, out) {
        for (let i = 0; i < y.n; i++) out[i] = 1 - y.data[2 * i]! ** 2 - epsilon * b;
      },
      driftTime: zeroField,
      itoTerm(y: Batch, _t: Float64Array, out: Batch) {
        for (let k = 0; k < 2 * y.n; k += 2) {
          out.data[k] = -(noiseV ** 2) * y.data[k]!;
          out.data[k + 1] = 0;
        }
      },
      noiseRange: { rank: noisy.length, basis: 'coordinates', coordinates: noisy },
    };
  },
});
