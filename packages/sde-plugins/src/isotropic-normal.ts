/**
 * N(0, σ² I) on R^d, sampled and evaluated in O(d): the prior of the image diffusions, the stationary law of isotropic relaxation.
 */
import { type Distribution, fillNormal } from '@fokker/core';

export const isotropicNormal = (dim: number, std: number): Distribution => {
  const logNormaliser = dim * (Math.log(std) + 0.5 * Math.log(2 * Math.PI));
  return {
    dim,
    sample(key, first, out) {
      fillNormal(key, first, out.n, dim, out.data);
      for (let k = 0; k < out.n * dim; k++) out.data[k]! *= std;
    },
    logDensity(y, out) {
      for (let i = 0, k = 0; i < y.n; i++) {
        let square = 0;
        for (let j = 0; j < dim; j++, k++) square += (y.data[k]! / std) ** 2;
        out[i] = -0.5 * square - logNormaliser;
      }
    },
    score(y, out) {
      for (let k = 0; k < y.n * dim; k++) out.data[k] = -y.data[k]! / std ** 2;
    },
  };
};
