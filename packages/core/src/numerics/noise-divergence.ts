/**
 * How noise that depends on the state changes across it, by differences, where a process does not state it.
 *
 *     (∇·Q)_i = Σ_j ∂_j Q_ij,     ½ ∂∂:Q = ½ Σ_ij ∂_i ∂_j Q_ij = ½ Σ_i ∂_i (∇·Q)_i,     Q = G Gᵀ
 *
 * Central differences of fourth order (differences.ts), nested for the second: 4d and 16d² evaluations of G a row, good to about 1e-11 and 1e-8 for Q of order one. Steps
 * are about 10⁻³ max(1, |y_j|), and no stencil reaches a wall of the state space.
 */
import type { Domain, NoiseDivergence, Sde } from '../contracts/index.js';
import { centralDifference } from './differences.js';
import { entriesLength, fillQ } from './noise.js';

export const noiseDivergenceDifference = ({
  diffusion,
  domain,
}: Pick<Sde, 'diffusion' | 'domain'>): NoiseDivergence => {
  const d = diffusion.dim;
  const entries = new Float64Array(entriesLength(diffusion));
  const [Q, state, row] = [new Float64Array(d * d), new Float64Array(d), new Float64Array(d)];

  /** out[outAt …] = ∇·Q at `state`. */
  const divergenceHere = (t: number, out: Float64Array, outAt: number): void => {
    out.fill(0, outAt, outAt + d);
    for (let j = 0; j < d; j++) {
      const y = state[j]!;
      const h = stepAt(y, j, domain);
      for (const [offset, weight] of centralDifference) {
        state[j] = y + offset * h;
        diffusion.entries(t, entries, state, 0);
        fillQ(diffusion, entries, Q);
        for (let i = 0; i < d; i++) out[outAt + i]! += (weight * Q[i * d + j]!) / (12 * h);
      }
      state[j] = y;
    }
  };

  return {
    divergence(y, t, out) {
      for (let i = 0; i < y.n; i++) {
        for (let j = 0; j < d; j++) state[j] = y.data[i * d + j]!;
        divergenceHere(t[i]!, out.data, i * d);
      }
    },
    halfHessianTrace(y, t, out) {
      for (let i = 0; i < y.n; i++) {
        for (let j = 0; j < d; j++) state[j] = y.data[i * d + j]!;
        out[i] = 0;
        for (let j = 0; j < d; j++) {
          const centre = state[j]!;
          const h = stepAt(centre, j, domain);
          for (const [offset, weight] of centralDifference) {
            state[j] = centre + offset * h;
            divergenceHere(t[i]!, row, 0);
            out[i]! += (weight * row[j]!) / (24 * h);
          }
          state[j] = centre;
        }
      }
    },
  };
};

/** Two nested stencils reach 4h. */
const stepAt = (y: number, j: number, domain: Domain | undefined): number => {
  const h = Math.max(1, Math.abs(y)) * 2 ** -10;
  if (domain === undefined) return h;
  const room = Math.min(y - domain.lower[j]!, domain.upper[j]! - y);
  return Math.min(h, room / 8);
};
