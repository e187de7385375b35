/**
 * N(c, diag(σ²)) on R^d, sampled and evaluated in O(d): priors and stationary laws without correlations.
 */
import { type Distribution, fillNormal } from '@fokker/core';

export const independentNormal = (centre: ArrayLike<number>, std: ArrayLike<number>): Distribution => {
  const d = std.length;
  let logNormaliser = 0.5 * d * Math.log(2 * Math.PI);
  for (let j = 0; j < d; j++) logNormaliser += Math.log(std[j]!);
  return {
    dim: d,
    sample(key, first, out) {
      fillNormal(key, first, out.n, d, out.data);
      for (let i = 0, k = 0; i < out.n; i++) {
        for (let j = 0; j < d; j++, k++) out.data[k] = centre[j]! + std[j]! * out.data[k]!;
      }
    },
    logDensity(y, out) {
      for (let i = 0, k = 0; i < y.n; i++) {
        let square = 0;
        for (let j = 0; j < d; j++, k++) square += ((y.data[k]! - centre[j]!) / std[j]!) ** 2;
        out[i] = -0.5 * square - logNormaliser;
      }
    },
    score(y, out) {
      for (let i = 0, k = 0; i < y.n; i++) {
        for (let j = 0; j < d; j++, k++) out.data[k] = (centre[j]! - y.data[k]!) / std[j]! ** 2;
      }
    },
  };
};

/** N(0, σ² I): the prior of the image diffusions, the stationary law of isotropic relaxation. */
export const isotropicNormal = (dim: number, std: number): Distribution =>
  independentNormal(new Float64Array(dim), new Float64Array(dim).fill(std));
