/**
 * The transition density of the CIR process on a half-line (formulas in `cir.ts`): a non-central χ², written as Poisson mixture of Gamma densities.
 *
 *     q(y | x) = c Σ_k [e^{−u} u^k/k!] [e^{−v} v^{a−1+k}/Γ(a + k)],   c = 2κ/(σ²(1 − e^{−κt})),  u = c x e^{−κt},  v = c y,  a = 2κθ/σ²
 *     ∂ log q = c [ −1 + Σ_k p_k (a − 1 + k)/v ],                     p_k the share of term k
 *
 * All terms are positive; they are summed from the largest outwards until they no longer count, so nothing cancels or overflows.
 */
import type { LineTransition } from './atom-marginal.js';
import { logGamma } from './log-gamma.js';

/** Σ_k and Σ_k k of the terms u^k v^k/(k! Γ(a + k)), relative to the largest, and its logarithm. */
const sums = (a: number, u: number, v: number): { log: number; sum: number; meanK: number } => {
  const largest = Math.max(0, Math.floor(0.5 * (Math.sqrt((a - 1) ** 2 + 4 * u * v) - (a - 1))));
  const log = largest * Math.log(u * v || 1) - logGamma(largest + 1) - logGamma(a + largest);
  let [sum, moment] = [1, largest];
  for (let k = largest, term = 1; term > 1e-17 * sum; k++) {
    term *= (u * v) / ((k + 1) * (a + k));
    sum += term;
    moment += term * (k + 1);
  }
  for (let k = largest, term = 1; k > 0 && term > 1e-17 * sum; k--) {
    term *= (k * (a + k - 1)) / (u * v);
    sum += term;
    moment += term * (k - 1);
  }
  return { log, sum, meanK: moment / sum };
};

export const cirTransition = (kappa: number, theta: number, sigma: number): LineTransition => {
  const a = (2 * kappa * theta) / sigma ** 2;
  const scales = (y: number, x: number, t: number) => {
    const c = (2 * kappa) / (sigma ** 2 * -Math.expm1(-kappa * t));
    return { c, u: c * x * Math.exp(-kappa * t), v: c * y };
  };
  return {
    logDensity(y, x, t) {
      const { c, u, v } = scales(y, x, t);
      const { log, sum } = sums(a, u, v);
      return Math.log(c) - u - v + (a - 1) * Math.log(v) + log + Math.log(sum);
    },
    score(y, x, t) {
      const { c, u, v } = scales(y, x, t);
      return c * ((a - 1 + sums(a, u, v).meanK) / v - 1);
    },
  };
};
