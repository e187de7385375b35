/**
 * The linearised kernel where J and Q are both scalar or diagonal: every coordinate for itself, with rate j, noise g and lag τ.
 *
 *     m = y + τ φ₁(jτ) f + τ² φ₂(jτ) a,     Σ = g² τ φ₁(2jτ)   or, for g(t),   ∫₀^τ e^{2j(τ−u)} g(s + u)² du
 */
import { jacobianLength } from '../numerics/jacobian.js';
import { entriesLength } from '../numerics/noise.js';
import { phi1, phi2 } from '../numerics/phi.js';
import { panelsFor, rule } from '../numerics/quadrature.js';
import type { KernelFill, LinearisationWay, LinearisedProcess } from './linearised-process.js';

export const elementwise: LinearisationWay = (process) => {
  const { dim: d, diffusion, jacobian } = process;
  const scalar = (structure: string): boolean => structure === 'scalar';
  const plain = (structure: string): boolean => scalar(structure) || structure === 'diagonal';
  if (jacobianLength(jacobian, d) === 1 && entriesLength(diffusion) === 1 && (d === 1 || plain(jacobian.structure))) {
    return { form: { structure: 'scalar' }, fill: createFill(process, 1) };
  }
  if (!plain(jacobian.structure) || !plain(diffusion.structure)) return undefined;
  return { form: { structure: 'diagonal' }, fill: createFill(process, d) };
};

/** `width` distinct variances a row: 1 or d. */
const createFill = ({ dim: d, diffusion, jacobian, t0 }: LinearisedProcess, width: number): KernelFill => {
  const entries = new Float64Array(entriesLength(diffusion));
  const timed = diffusion.dependsOn === 'time';
  const variance = new Float64Array(width);
  const shared = jacobian.structure === 'scalar';
  const rate = (J: Float64Array, i: number, j: number): number => (shared ? J[i]! : J[i * d + j]!);
  const noise = (j: number): number => (entries.length === 1 ? entries[0]! : entries[j]!);

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

  if (!timed) diffusion.entries(t0, entries);
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
