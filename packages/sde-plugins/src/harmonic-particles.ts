/**
 * Particles with harmonic interactions in a moving trap (Boffi & Vanden-Eijnden 2023, §5): N particles in the plane, linear and solvable.
 *
 *     dx_i = [ b(t) − x_i + α (x_i − x̄) ] dt + √(2D) dW_i,     x̄ = Σ_j x_j/N,     b(t) = R (cos πωt, sin πωt)
 *
 * α > 0 repels, α < 0 attracts; the cloud is bound for α < 1. The centre x̄ follows the trap at rate 1, differences decay at rate 1 − α. With P the projection on the
 * common motion (each coordinate the mean over particles) and τ = t − s
 *
 *     J = −(1 − α)(I − P) − P
 *     mean   β(t) + e^{−τ}(x̄_s − β(s)) + e^{−(1−α)τ}(x_i − x̄_s),      β = R (cos(Ωt − φ), sin(Ωt − φ))/√(1 + Ω²),   Ω = πω,  φ = atan Ω
 *     Σ = V_r (I − P) + V_c P,     V_r = 2Dτ φ₁(−2(1 − α)τ),     V_c = 2Dτ φ₁(−2τ),     φ₁(z) = (e^z − 1)/z
 *
 * β is the periodic orbit of the centre: β′ = b − β. P has rank two, so nothing costs more than O(N). Started from N(b(0), s² I) every particle is Gaussian at all times.
 *
 * State (x_1, y_1, x_2, y_2, …); t in units of the trap's relaxation time. The source's script multiplies ω by π twice; here one turn takes 2/ω.
 */
import { defineSde, type GaussianTransition, lowRankJacobian, phi1, scalarNoise, zeroField } from '@fokker/core';
import { z } from 'zod';
import { normalStart } from './initial-laws.js';
import { movingTrap } from './moving-trap.js';
import { particleNames } from './names.js';

const parameters = z.object({
  particles: z.int().positive().default(50).describe('N'),
  alpha: z.number().default(0.5).describe('α, repulsion between particles; bound for α < 1'),
  D: z.number().positive().default(0.25).describe('D, diffusion'),
  radius: z.number().nonnegative().default(2).describe('R, radius of the path of the trap'),
  omega: z.number().default(1).describe('ω: one turn takes 2/ω'),
  startStd: z.number().positive().default(0.25).describe('s, spread of the start about the trap'),
  horizon: z.number().positive().default(5).describe('T'),
});

/** The range of P: two vectors of length one, the common motion along x and along y, [2, d]. */
const commonMotion = (N: number): { readonly rank: number; readonly basis: Float64Array } => {
  const d = 2 * N;
  const basis = new Float64Array(2 * d);
  for (let k = 0; k < d; k++) basis[(k % 2) * d + k] = 1 / Math.sqrt(N);
  return { rank: 2, basis };
};

/** The projection P as row averages: out_c = mean over particles of coordinate c. */
const centreOf = (y: Float64Array, at: number, N: number, out: Float64Array): void => {
  out[0] = 0;
  out[1] = 0;
  for (let k = 0; k < 2 * N; k++) out[k % 2]! += y[at + k]! / N;
};

const equations = {
  drift: 'b(t) - x_i + α (x_i - x̄),  b = R (cos πωt, sin πωt)',
  noise: '√(2D)',
  source: 'Boffi & Vanden-Eijnden 2023, Probability flow solution of the Fokker–Planck equation',
};

export const harmonicParticles = defineSde({
  id: 'harmonic-particles',
  summary: 'Harmonically interacting particles in a moving trap: many-body, driven, solvable',
  parameters,
  equations,
  describe: ({ particles }) => ({ equations, coordinates: particleNames(particles) }),
  create({ particles: N, alpha, D, radius, omega, startStd, horizon }) {
    const d = 2 * N;
    const common = commonMotion(N);
    const trap = movingTrap(radius, omega);
    const [b, velocity, centre] = [new Float64Array(2), new Float64Array(2), new Float64Array(2)];
    trap.position(0, b);
    const start = [b[0]!, b[1]!];
    return {
      dim: d,
      span: { t0: 0, T: horizon },
      cutoff: { train: 1e-3, sample: 1e-2 },
      affine: true,
      drift(y, t, out) {
        for (let i = 0, at = 0; i < y.n; i++, at += d) {
          trap.position(t[i]!, b);
          centreOf(y.data, at, N, centre);
          for (let k = 0; k < d; k++) {
            const x = y.data[at + k]!;
            out.data[at + k] = b[k % 2]! - x + alpha * (x - centre[k % 2]!);
          }
        }
      },
      diffusion: scalarNoise(d, Math.sqrt(2 * D)),
      jacobian: lowRankJacobian(d, common, (_y, _at, _t, out, outAt) => {
        out[outAt] = alpha - 1;
        out.set([-1, 0, 0, -1], outAt + 1);
      }),
      divergence(y, _t, out) {
        out.fill(-2 * ((1 - alpha) * (N - 1) + 1), 0, y.n);
      },
      driftTime(_y, t, out) {
        for (let i = 0; i < out.n; i++) {
          trap.velocity(t[i]!, velocity);
          for (let k = 0; k < d; k++) out.data[i * d + k] = velocity[k % 2]!;
        }
      },
      itoTerm: zeroField,
      transition: exactTransition(N, alpha, D, radius, Math.PI * omega),
      initial: normalStart(
        Array.from({ length: d }, (_, k) => start[k % 2]!),
        Array.from({ length: d }, () => startStd),
      ),
    };
  },
});

const exactTransition = (N: number, alpha: number, D: number, radius: number, turn: number): GaussianTransition => {
  const d = 2 * N;
  const orbitRadius = radius / Math.hypot(1, turn);
  const lag = Math.atan(turn);
  const orbit = (t: number, c: number): number => orbitRadius * (c === 0 ? Math.cos : Math.sin)(turn * t - lag);
  const centre = new Float64Array(2);
  return {
    structure: 'low-rank',
    ...commonMotion(N),
    mean(ys, s, t, out) {
      for (let i = 0, at = 0; i < ys.n; i++, at += d) {
        const tau = t[i]! - s[i]!;
        const [common, relative] = [Math.exp(-tau), Math.exp((alpha - 1) * tau)];
        centreOf(ys.data, at, N, centre);
        for (let k = 0; k < d; k++) {
          const mean = centre[k % 2]!;
          const moved = orbit(t[i]!, k % 2) + common * (mean - orbit(s[i]!, k % 2));
          out.data[at + k] = moved + relative * (ys.data[at + k]! - mean);
        }
      }
    },
    root(s, t, out) {
      for (let i = 0; i < s.length; i++) {
        const tau = t[i]! - s[i]!;
        const common = Math.sqrt(2 * D * tau * phi1(-2 * tau));
        out[5 * i] = Math.sqrt(2 * D * tau * phi1(2 * (alpha - 1) * tau));
        out.set([common, 0, 0, common], 5 * i + 1);
      }
    },
  };
};
