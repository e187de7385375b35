/**
 * The variance that noise g builds up along a direction that grows at rate j:
 *
 *     v = g² τ φ₁(2jτ)   or, for g(t),   ∫₀^τ e^{2j(τ−u)} g(s + u)² du
 */
import type { Diffusion } from '../contracts/index.js';
import { entriesLength } from '../numerics/noise.js';
import { phi1 } from '../numerics/phi.js';
import { panelsFor, rule } from '../numerics/quadrature.js';

export type ScalarVariance = (rate: number, s: number, tau: number) => number;

/** g is the first entry of G: all of a scalar one, the part off the subspace of a low-rank one. */
export const createScalarVariance = (diffusion: Diffusion, t0: number): ScalarVariance => {
  const entries = new Float64Array(entriesLength(diffusion));
  if (diffusion.dependsOn !== 'time') {
    diffusion.entries(t0, entries);
    return (rate, _s, tau) => entries[0]! ** 2 * tau * phi1(2 * rate * tau);
  }
  return (rate, s, tau) => {
    const panels = panelsFor(Math.abs(rate) * tau);
    const h = tau / panels;
    let variance = 0;
    for (let p = 0; p < panels; p++) {
      for (let k = 0; k < rule.nodes.length; k++) {
        const u = (p + rule.nodes[k]!) * h;
        diffusion.entries(s + u, entries);
        variance += h * rule.weights[k]! * Math.exp(2 * rate * (tau - u)) * entries[0]! ** 2;
      }
    }
    return variance;
  };
};
