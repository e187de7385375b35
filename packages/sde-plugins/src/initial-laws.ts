/**
 * Where processes start when no data are given: simple laws with a density, as data sets.
 *
 *     normalStart      y_j = c_j + σ_j z_j
 *     logNormalStart   y_j = m_j e^{σ z_j}, m_j the median:   ∂_j log p = −(1 + log(y_j/m_j)/σ²)/y_j
 */
import { type Dataset, fillNormal } from '@fokker/core';
import { independentNormal } from './independent-normal.js';

/** N(c, diag(σ²)). */
export const normalStart = (centre: readonly number[], std: readonly number[]): Dataset => {
  const law = independentNormal(centre, std);
  const d = centre.length;
  const covariance = Array.from({ length: d * d }, (_, k) => (k % (d + 1) === 0 ? std[k % d]! ** 2 : 0));
  return {
    dim: d,
    draw: law.sample,
    density: { logDensity: law.logDensity!, score: law.score! },
    mixture: [{ weight: 1, mean: centre, covariance }],
  };
};

/** Independent log-normal coordinates, positive. */
export const logNormalStart = (median: readonly number[], sigma: number): Dataset => {
  const d = median.length;
  return {
    dim: d,
    draw(key, first, out) {
      fillNormal(key, first, out.n, d, out.data);
      for (let k = 0; k < out.n * d; k++) out.data[k] = median[k % d]! * Math.exp(sigma * out.data[k]!);
    },
    density: {
      logDensity(y, out) {
        for (let i = 0, k = 0; i < y.n; i++) {
          let sum = -d * Math.log(sigma * Math.sqrt(2 * Math.PI));
          for (let j = 0; j < d; j++, k++) {
            sum -= Math.log(y.data[k]!) + 0.5 * (Math.log(y.data[k]! / median[j]!) / sigma) ** 2;
          }
          out[i] = sum;
        }
      },
      score(y, out) {
        for (let k = 0; k < y.n * d; k++) {
          out.data[k] = -(1 + Math.log(y.data[k]! / median[k % d]!) / sigma ** 2) / y.data[k]!;
        }
      },
    },
  };
};
