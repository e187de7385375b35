/**
 * Particles that repel each other softly in a moving anharmonic trap (Boffi & Vanden-Eijnden 2023, §5): N particles in the plane, all with noise.
 *
 *     dx_i = −B (x_i − b)|x_i − b|² dt + Σ_j K(x_i − x_j) dt + √(2D) dW_i,     K(z) = (A/N r²) z e^{−|z|²/2r²},     b(t) = R (cos πωt, sin πωt)
 *
 * Nonlinear and not autonomous, no closed form. With δ = x_i − b, z = x_i − x_j, in the plane:
 *
 *     ∂(δ|δ|²)/∂δ = |δ|² I + 2δδᵀ,     ∂K/∂z = (A/N r²) e^{−|z|²/2r²} (I − zzᵀ/r²),     Δ(δ|δ|²) = 8δ,     ΔK = K (|z|² − 4r²)/r⁴
 *     ½ Q:∇²f_i = D [ −8Bδ + 2 Σ_j ΔK(x_i − x_j) ],     ∂f_i/∂t = B (|δ|² I + 2δδᵀ) b′
 *
 * By default B = 4D/ρ² with ρ = r√(5N), as the source sets it: the particles then fill a disc of about five times their own area.
 *
 * State (x_1, y_1, x_2, y_2, …); lengths in units of the trap's, t in units of the relaxation time. Starts at N(b(0), s² I).
 */
import { type Batch, defineSde, denseJacobian, scalarNoise } from '@fokker/core';
import { z } from 'zod';
import { normalStart } from './initial-laws.js';
import { movingTrap } from './moving-trap.js';
import { particleNames } from './names.js';

const positive = z.number().positive();
const parameters = z.object({
  particles: z.int().positive().default(5).describe('N'),
  strength: positive.default(2).describe('A, strength of the repulsion'),
  range: positive.default(0.5).describe('r, size of a particle'),
  D: positive.default(0.25).describe('D, diffusion'),
  stiffness: positive.optional().describe('B, stiffness of the trap; 4D/(5N r²) when absent'),
  radius: z.number().nonnegative().default(3).describe('R, radius of the path of the trap'),
  omega: z.number().default(1).describe('ω: one turn takes 2/ω'),
  startStd: positive.default(0.5).describe('s, spread of the start about the trap'),
  horizon: positive.default(5).describe('T'),
});

const equations = {
  drift: '-B (x_i - b)|x_i - b|^2 + A/(N r^2) Σ_j (x_i - x_j) e^(-|x_i - x_j|^2/(2 r^2))',
  noise: '√(2D)',
  source: 'Boffi & Vanden-Eijnden 2023, Probability flow solution of the Fokker–Planck equation',
};

export const repulsiveParticles = defineSde({
  id: 'repulsive-particles',
  summary: 'Softly repulsive particles in a moving anharmonic trap: nonlinear, many-body, driven',
  parameters,
  equations,
  describe: ({ particles }) => ({ equations, coordinates: particleNames(particles) }),
  create({ particles: N, strength, range: r, D, stiffness, radius, omega, startStd, horizon }) {
    const d = 2 * N;
    const B = stiffness ?? (4 * D) / (5 * N * r * r);
    const scale = strength / (N * r * r);
    const trap = movingTrap(radius, omega);
    const [b, velocity] = [new Float64Array(2), new Float64Array(2)];
    const start = new Float64Array(2);
    trap.position(0, start);

    /** Visits every ordered pair of row `at`: positions of i and j in the row, z = x_i − x_j, and the factor (A/N r²) e^{−|z|²/2r²}. */
    const pairs = (
      y: Float64Array,
      at: number,
      visit: (i: number, j: number, zx: number, zy: number, factor: number) => void,
    ): void => {
      for (let i = 0; i < d; i += 2) {
        for (let j = 0; j < d; j += 2) {
          if (i === j) continue;
          const zx = y[at + i]! - y[at + j]!;
          const zy = y[at + i + 1]! - y[at + j + 1]!;
          visit(i, j, zx, zy, scale * Math.exp((-0.5 * (zx * zx + zy * zy)) / (r * r)));
        }
      }
    };

    return {
      dim: d,
      span: { t0: 0, T: horizon },
      cutoff: { train: 1e-3, sample: 1e-2 },
      drift(y, t, out) {
        for (let row = 0, at = 0; row < y.n; row++, at += d) {
          trap.position(t[row]!, b);
          for (let k = at; k < at + d; k += 2) {
            const [dx, dy] = [y.data[k]! - b[0]!, y.data[k + 1]! - b[1]!];
            const pull = -B * (dx * dx + dy * dy);
            out.data[k] = pull * dx;
            out.data[k + 1] = pull * dy;
          }
          pairs(y.data, at, (i, _j, zx, zy, factor) => {
            out.data[at + i]! += factor * zx;
            out.data[at + i + 1]! += factor * zy;
          });
        }
      },
      diffusion: scalarNoise(d, Math.sqrt(2 * D)),
      jacobian: denseJacobian(d, (y, at, t, out, outAt) => {
        out.fill(0, outAt, outAt + d * d);
        trap.position(t, b);
        const add = (i: number, j: number, xx: number, xy: number, yy: number): void => {
          out[outAt + i * d + j]! += xx;
          out[outAt + i * d + j + 1]! += xy;
          out[outAt + (i + 1) * d + j]! += xy;
          out[outAt + (i + 1) * d + j + 1]! += yy;
        };
        for (let i = 0; i < d; i += 2) {
          const [dx, dy] = [y[at + i]! - b[0]!, y[at + i + 1]! - b[1]!];
          const square = dx * dx + dy * dy;
          add(i, i, -B * (square + 2 * dx * dx), -2 * B * dx * dy, -B * (square + 2 * dy * dy));
        }
        pairs(y, at, (i, j, zx, zy, factor) => {
          const [xx, xy, yy] = [1 - (zx * zx) / (r * r), (-zx * zy) / (r * r), 1 - (zy * zy) / (r * r)];
          add(i, i, factor * xx, factor * xy, factor * yy);
          add(i, j, -factor * xx, -factor * xy, -factor * yy);
        });
      }),
      divergence(y, t, out) {
        for (let row = 0, at = 0; row < y.n; row++, at += d) {
          trap.position(t[row]!, b);
          let sum = 0;
          for (let k = at; k < at + d; k += 2) {
            sum -= 4 * B * ((y.data[k]! - b[0]!) ** 2 + (y.data[k + 1]! - b[1]!) ** 2);
          }
          pairs(y.data, at, (_i, _j, zx, zy, factor) => {
            sum += factor * (2 - (zx * zx + zy * zy) / (r * r));
          });
          out[row] = sum;
        }
      },
      driftTime(y, t, out) {
        for (let row = 0, at = 0; row < y.n; row++, at += d) {
          trap.position(t[row]!, b);
          trap.velocity(t[row]!, velocity);
          for (let k = at; k < at + d; k += 2) {
            const [dx, dy] = [y.data[k]! - b[0]!, y.data[k + 1]! - b[1]!];
            const [square, along] = [dx * dx + dy * dy, dx * velocity[0]! + dy * velocity[1]!];
            out.data[k] = B * (square * velocity[0]! + 2 * dx * along);
            out.data[k + 1] = B * (square * velocity[1]! + 2 * dy * along);
          }
        }
      },
      itoTerm(y: Batch, t: Float64Array, out: Batch) {
        for (let row = 0, at = 0; row < y.n; row++, at += d) {
          trap.position(t[row]!, b);
          for (let k = at; k < at + d; k++) out.data[k] = -8 * D * B * (y.data[k]! - b[(k - at) % 2]!);
          pairs(y.data, at, (i, _j, zx, zy, factor) => {
            const laplacian = (2 * D * factor * (zx * zx + zy * zy - 4 * r * r)) / r ** 4;
            out.data[at + i]! += laplacian * zx;
            out.data[at + i + 1]! += laplacian * zy;
          });
        }
      },
      initial: normalStart(
        Array.from({ length: d }, (_, k) => start[k % 2]!),
        Array.from({ length: d }, () => startStd),
      ),
    };
  },
});
