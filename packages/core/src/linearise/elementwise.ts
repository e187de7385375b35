/**
 * The linearised kernel where J and Q are both scalar or diagonal: every coordinate for itself, with rate j, noise g and lag τ.
 *
 *     m = y + τ φ₁(jτ) f + τ² φ₂(jτ) a,     Σ = g² τ φ₁(2jτ)   or, for g(t),   ∫₀^τ e^{2j(τ−u)} g(s + u)² du
 */
import { entriesLength } from '../numerics/noise.js';
import { phi1, phi2 } from '../numerics/phi.js';
import { panelsFor, rule } from '../numerics/quadrature.js';
import type { KernelFill, LinearisedProcess } from './linearised-process.js';

export const createElementwiseFill = (process: LinearisedProcess): KernelFill => {
  const { dim: d, diffusion, jacobianStructure, structure } = process;
  const entries = new Float64Array(entriesLength(diffusion.structure, d, diffusion.noiseDim));
  const timed = diffusion.dependsOn === 'time';
  /** Distinct variances of a row. */
  const width = structure === 'scalar' ? 1 : d;
  const variance = new Float64Array(width);
  const rate = (J: Float64Array, i: number, j: number): number =>
    jacobianStructure === 'scalar' ? J[i]! : J[i * d + j]!;
  const noise = (j: number): number => (diffusion.structure === 'scalar' ? entries[0]! : entries[j]!);

  const integrate = (J: Float64Array, i: number, s: number, tau: number): void => {
    let size = 0;
    for (let j = 0; j < width; j++) {
      variance[j] = 0;
      size = Math.max(size, Math.abs(rate(J, i, j)) * tau);
    }
    const panels = panelsFor(size);
    const h = tau / panels;
    for (let p = 0; p < panels; p++) {
      for (let k = 0; k < rule.nodes.length; k++) {
        const u = (p + rule.nodes[k]!) * h;
        diffusion.entries(s + u, entries);
        for (let j = 0; j < width; j++) {
          variance[j]! += h * rule.weights[k]! * Math.exp(2 * rate(J, i, j) * (tau - u)) * noise(j) ** 2;
        }
      }
    }
  };

  if (!timed) diffusion.entries(process.t0, entries);
  return (ys, f, J, a, s, lag, mean, root) => {
    for (let i = 0; i < ys.n; i++) {
      const tau = lag[i]!;
      if (timed) integrate(J, i, s[i]!, tau);
      else for (let j = 0; j < width; j++) variance[j] = noise(j) ** 2 * tau * phi1(2 * rate(J, i, j) * tau);
      for (let j = 0; j < width; j++) root[i * width + j] = Math.sqrt(variance[j]!);
      let first = 0;
      let second = 0;
      for (let j = 0; j < d; j++) {
        if (j < width) {
          const z = rate(J, i, j) * tau;
          first = tau * phi1(z);
          second = a === undefined ? 0 : tau * tau * phi2(z);
        }
        const k = i * d + j;
        mean.data[k] = ys.data[k]! + first * f.data[k]! + (a === undefined ? 0 : second * a.data[k]!);
      }
    }
  };
};
