/**
 * log p_t and ∇log p_t of Beneš's process started from atoms (formulas in `benes.ts`): a heat-flow mixture with weights w_k/h(x_k), tilted by h.
 * Valid for t > 0. Sums over atoms are taken relative to the largest term.
 */
import type { MarginalLaw } from '@fokker/core';

/** log cosh y without overflow. */
const logCosh = (y: number): number => Math.abs(y) + Math.log1p(Math.exp(-2 * Math.abs(y))) - Math.LN2;

export const benesMarginal =
  (dim: number): MarginalLaw =>
  (data) => {
    const atoms = data.mixture;
    if (atoms === undefined || atoms.some(({ covariance }) => covariance.some((c) => c !== 0))) return undefined;
    const total = atoms.reduce((sum, { weight }) => sum + weight, 0);
    const points = Float64Array.from(atoms.flatMap(({ mean }) => [...mean]));
    const logWeights = atoms.map(({ weight, mean }) =>
      mean.reduce((sum, x) => sum - logCosh(x), Math.log(weight / total)),
    );
    const exponents = new Float64Array(atoms.length);

    /** Fills the exponents log w_k/h(x_k) − |y − x_k|²/2t of the row at `at`; returns the largest. */
    const fillExponents = (y: Float64Array, at: number, t: number): number => {
      let largest = -Infinity;
      for (let k = 0; k < exponents.length; k++) {
        let square = 0;
        for (let j = 0; j < dim; j++) square += (y[at + j]! - points[k * dim + j]!) ** 2;
        exponents[k] = logWeights[k]! - square / (2 * t);
        largest = Math.max(largest, exponents[k]!);
      }
      return largest;
    };

    return {
      logDensity(y, t, out) {
        for (let i = 0; i < y.n; i++) {
          const largest = fillExponents(y.data, i * dim, t[i]!);
          let sum = 0;
          for (let k = 0; k < exponents.length; k++) sum += Math.exp(exponents[k]! - largest);
          let tilt = 0;
          for (let j = 0; j < dim; j++) tilt += logCosh(y.data[i * dim + j]!);
          out[i] = tilt + largest + Math.log(sum) - 0.5 * dim * (t[i]! + Math.log(2 * Math.PI * t[i]!));
        }
      },
      score(y, t, out) {
        for (let i = 0; i < y.n; i++) {
          const at = i * dim;
          const largest = fillExponents(y.data, at, t[i]!);
          let sum = 0;
          for (let k = 0; k < exponents.length; k++) {
            exponents[k] = Math.exp(exponents[k]! - largest);
            sum += exponents[k]!;
          }
          for (let j = 0; j < dim; j++) {
            let centre = 0;
            for (let k = 0; k < exponents.length; k++) centre += exponents[k]! * points[k * dim + j]!;
            out.data[at + j] = Math.tanh(y.data[at + j]!) + (centre / sum - y.data[at + j]!) / t[i]!;
          }
        }
      },
    };
  };
