/** Three processes that ask for different routes to a kernel. */
import { constantJacobian, constantNoise, linearTransition, type Sde, scalarNoise } from '@fokker/core';

const A = [
  [-1, 0.5],
  [-0.5, -1],
];
const G = [[0.6], [0.6]];

/** Linear, with noise along (1, 1) only: a range that no coordinates span. */
export const slanted: Sde = {
  dim: 2,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-2, sample: 1e-2 },
  affine: true,
  drift(y, _t, out) {
    for (let k = 0; k < 2 * y.n; k += 2) {
      out.data[k] = -y.data[k]! + 0.5 * y.data[k + 1]!;
      out.data[k + 1] = -0.5 * y.data[k]! - y.data[k + 1]!;
    }
  },
  diffusion: constantNoise(G),
  jacobian: constantJacobian(A),
  transition: linearTransition(A, [0, 0], G),
};

const { transition: _, ...withoutTransition } = slanted;
/** The same without its exact transition: paths are simulated, kernels linearised. */
export const simulated: Sde = withoutTransition;

/** dY = (Y − Y³) dt + dW, and nothing else. */
export const well: Sde = {
  dim: 1,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-2, sample: 1e-2 },
  drift(y, _t, out) {
    for (let i = 0; i < y.n; i++) out.data[i] = y.data[i]! - y.data[i]! ** 3;
  },
  diffusion: scalarNoise(1, 1),
};

/** A small trajectory bank that turns over twice within a hundred samples. */
export const bank = { paths: 24, refresh: 0.5, step: 0.01 };
