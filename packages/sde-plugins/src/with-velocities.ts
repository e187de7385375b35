/**
 * Data with velocities: states (x, v), x a datum and v ~ N(0, σ² I) of the same dimension, independent of it.
 *
 *     log p(x, v) = log p(x) + log N(v; 0, σ² I),     a mixture of Gaussians stays one: N((μ_k, 0), diag(C_k, σ² I))
 */
import type { Dataset } from '@fokker/core';
import { isotropicNormal } from './independent-normal.js';
import { productLaw } from './product-law.js';

export const withVelocities = (data: Dataset, std: number): Dataset => {
  const n = data.dim;
  const d = 2 * n;
  const { size, density, mixture } = data;
  const { sample, logDensity, score } = productLaw(
    { dim: n, sample: (key, first, out) => data.draw(key, first, out), ...density },
    isotropicNormal(n, std),
  );
  return {
    dim: d,
    draw: sample,
    ...(size !== undefined && { size }),
    ...(logDensity !== undefined && score !== undefined && { density: { logDensity, score } }),
    ...(mixture !== undefined && {
      mixture: mixture.map(({ weight, mean, covariance }) => ({
        weight,
        mean: [...mean, ...mean.map(() => 0)],
        covariance: Array.from({ length: d * d }, (_, k) => {
          const [i, j] = [Math.floor(k / d), k % d];
          return i < n && j < n ? covariance[i * n + j]! : i === j ? std ** 2 : 0;
        }),
      })),
    }),
  };
};
