/**
 * Small processes for core's own tests.
 */
import type { Sde } from '../contracts/sde.js';
import { scalarJacobian } from '../numerics/jacobian.js';
import { constantNoise, denseNoise, scalarNoise } from '../numerics/noise.js';

/** dY = −k Y dt + g dW in one clock-less piece, with its exact transition. */
export const toyOu = (dim: number, k = 0.5, g = 1): Sde => ({
  dim,
  span: { t0: 0, T: 2 },
  cutoff: { train: 0.01, sample: 0.01 },
  affine: true,
  drift(y, _t, out) {
    for (let i = 0; i < y.n * dim; i++) out.data[i] = -k * y.data[i]!;
  },
  diffusion: scalarNoise(dim, g),
  jacobian: scalarJacobian(() => -k),
  transition: {
    structure: 'scalar',
    mean(ys, s, t, out) {
      for (let i = 0; i < ys.n * dim; i++) {
        const row = Math.floor(i / dim);
        out.data[i] = Math.exp(-k * (t[row]! - s[row]!)) * ys.data[i]!;
      }
    },
    root(s, t, out) {
      for (let i = 0; i < s.length; i++) out[i] = g * Math.sqrt(-Math.expm1(-2 * k * (t[i]! - s[i]!)) / (2 * k));
    },
  },
});

/** The active swimmer without any capability. */
export const toySwimmer = (gamma = 0.1): Sde => ({
  dim: 2,
  span: { t0: 0, T: 10 },
  cutoff: { train: 0.01, sample: 0.01 },
  drift(y, _t, out) {
    for (let i = 0; i < y.n; i++) {
      const [x, v] = [y.data[2 * i]!, y.data[2 * i + 1]!];
      out.data[2 * i] = v - x ** 3;
      out.data[2 * i + 1] = -gamma * v;
    }
  },
  diffusion: constantNoise([[0], [Math.sqrt(2 * gamma)]]),
});

/** A double well pushed by ½ cos 2t: autonomous in nothing. */
export const toyForcedWell: Sde = {
  dim: 1,
  span: { t0: 0, T: 3 },
  cutoff: { train: 0.01, sample: 0.01 },
  drift(y, t, out) {
    for (let i = 0; i < y.n; i++) out.data[i] = y.data[i]! - y.data[i]! ** 3 + 0.5 * Math.cos(2 * t[i]!);
  },
  diffusion: scalarNoise(1, 1),
};

/** Geometric Brownian motion dY = ½ Y dt + σ Y dW and the derivatives of its Q = σ² Y². */
export const toyGeometric = (sigma = 0.4): Sde => ({
  dim: 1,
  span: { t0: 0, T: 1 },
  cutoff: { train: 0.01, sample: 0.01 },
  affine: true,
  drift(y, _t, out) {
    for (let i = 0; i < y.n; i++) out.data[i] = 0.5 * y.data[i]!;
  },
  diffusion: denseNoise(
    1,
    1,
    (_t, out, y, offset = 0) => {
      out[0] = sigma * y![offset]!;
    },
    'state',
  ),
  noiseDivergence: {
    divergence(y, _t, out) {
      for (let i = 0; i < y.n; i++) out.data[i] = 2 * sigma ** 2 * y.data[i]!;
    },
    halfHessianTrace: (y, _t, out) => void out.fill(sigma ** 2, 0, y.n),
  },
});
