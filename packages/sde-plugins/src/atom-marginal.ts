/**
 * The law p_t of independent coordinates with a known transition density, started from atoms x_k with weights w_k:
 *
 *     log p_t(y) = log Σ_k w_k Π_j q(y_j | x_kj),     ∂_j log p_t = Σ_k r_k ∂_j log q(y_j | x_kj),     r_k ∝ w_k Π_j q
 *
 * Undefined for data of positive width, and for data that are no mixture.
 */
import type { MarginalLaw } from '@fokker/core';

/** log q(y | x) over a time t, and its derivative in y. */
export interface LineTransition {
  logDensity(y: number, x: number, t: number): number;
  score(y: number, x: number, t: number): number;
}

export const atomMarginal =
  (dim: number, line: LineTransition): MarginalLaw =>
  ({ mixture: atoms }) => {
    if (atoms === undefined || atoms.some(({ covariance }) => covariance.some((c) => c !== 0))) return undefined;
    const total = atoms.reduce((sum, { weight }) => sum + weight, 0);
    const terms = new Float64Array(atoms.length);
    /** Fills the terms w_k Π_j q relative to the largest; returns the logarithms of that and of their sum. */
    const fillTerms = (y: Float64Array, at: number, t: number): { largest: number; sum: number } => {
      atoms.forEach(({ weight, mean }, k) => {
        terms[k] = Math.log(weight / total);
        for (let j = 0; j < dim; j++) terms[k]! += line.logDensity(y[at + j]!, mean[j]!, t);
      });
      const largest = terms.reduce((a, b) => Math.max(a, b));
      let sum = 0;
      for (let k = 0; k < terms.length; k++) {
        terms[k] = Math.exp(terms[k]! - largest);
        sum += terms[k]!;
      }
      return { largest, sum };
    };
    return {
      logDensity(y, t, out) {
        for (let i = 0; i < y.n; i++) {
          const { largest, sum } = fillTerms(y.data, i * dim, t[i]!);
          out[i] = largest + Math.log(sum);
        }
      },
      score(y, t, out) {
        for (let i = 0; i < y.n; i++) {
          const at = i * dim;
          const { sum } = fillTerms(y.data, at, t[i]!);
          for (let j = 0; j < dim; j++) {
            out.data[at + j] = atoms.reduce(
              (value, { mean }, k) => value + (terms[k]! / sum) * line.score(y.data[at + j]!, mean[j]!, t[i]!),
              0,
            );
          }
        }
      },
    };
  };
