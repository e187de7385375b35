/**
 * Langevin motion in a potential U(q), q in R^n, at temperature Θ (k_B = 1, mobility and mass one), with an optional force h(t) on every coordinate.
 *
 *     overdamped    dq = (−∇U + h) dt + √(2Θ) dW                       stationary law ∝ e^{−U/Θ} where h = 0
 *     underdamped   dq = p dt,  dp = (−∇U + h − γ p) dt + √(2γΘ) dW    stationary law ∝ e^{−(U + |p|²/2)/Θ} where h = 0; state (q, p)
 *
 * Overdamped: J = −∇²U, ½ Q:∇²f = −Θ ∇ΔU. Underdamped: J = [[0, I], [−∇²U, −γI]], noise on p alone, ½ Q:∇²f = 0 (no curvature along p); in the stationary state
 * s_p = −p/Θ, and the probability flow is Hamilton's (p, −∇U).
 *
 * Any potential will do: `gradient` is all a process needs, each of `hessian`, `laplacianGradient` and `law` spares an approximation. Source: Risken 1989, The Fokker–Planck
 * Equation, ch. 10; Pavliotis 2014, Stochastic Processes and Applications, ch. 6.
 */
import {
  type Batch,
  blockJacobian,
  denseJacobian,
  diagonalJacobian,
  type JacobianRow,
  kroneckerNoise,
  type ScalarField,
  type Sde,
  scalarNoise,
  type VectorField,
  zeroField,
} from '@fokker/core';
import { isotropicNormal } from './independent-normal.js';
import type { Potential } from './potential.js';
import { productLaw } from './product-law.js';
import { withVelocities } from './with-velocities.js';

/** h(t) and its derivative. */
export interface Force {
  value(t: number): number;
  slope(t: number): number;
}
export interface LangevinOptions {
  readonly potential: Potential;
  /** Θ > 0 */
  readonly temperature: number;
  /** T */
  readonly horizon: number;
  readonly force?: Force | undefined;
}

/** ∂f/∂t: ḣ on coordinates `from` … d − 1. */
const forceSlope = (force: Force | undefined, d: number, from: number): VectorField =>
  force === undefined
    ? zeroField
    : (_y, t, out) => {
        for (let i = 0; i < out.n; i++) {
          const slope = force.slope(t[i]!);
          for (let j = 0; j < d; j++) out.data[i * d + j] = j < from ? 0 : slope;
        }
      };

export const overdampedLangevin = ({ potential, temperature, horizon, force }: LangevinOptions): Sde => {
  const { dim: n, gradient, hessian, laplacianGradient, law, start } = potential;
  const stationary = force === undefined ? law?.(temperature) : undefined;
  return {
    dim: n,
    span: { t0: 0, T: horizon },
    cutoff: { train: 1e-3, sample: 1e-2 },
    drift(y, t, out) {
      for (let i = 0, at = 0; i < y.n; i++, at += n) {
        const h = force === undefined ? 0 : force.value(t[i]!);
        gradient(y.data, at, out.data, at);
        for (let k = at; k < at + n; k++) out.data[k] = h - out.data[k]!;
      }
    },
    diffusion: scalarNoise(n, Math.sqrt(2 * temperature)),
    driftTime: forceSlope(force, n, 0),
    ...(hessian !== undefined && {
      jacobian: minusHessian(n, hessian),
      divergence: minusLaplacian(n, hessian),
    }),
    ...(laplacianGradient !== undefined && {
      itoTerm(y: Batch, _t: Float64Array, out: Batch) {
        for (let at = 0; at < y.n * n; at += n) laplacianGradient(y.data, at, out.data, at);
        for (let k = 0; k < y.n * n; k++) out.data[k]! *= -temperature;
      },
    }),
    ...(stationary !== undefined && { stationary }),
    ...(start !== undefined && { initial: start }),
  };
};

/** −∇²U */
const minusHessian = (n: number, { structure, fill }: NonNullable<Potential['hessian']>) => {
  const size = structure === 'diagonal' ? n : n * n;
  const row: JacobianRow = (y, at, _t, out, outAt) => {
    fill(y, at, out, outAt);
    for (let k = outAt; k < outAt + size; k++) out[k] = -out[k]!;
  };
  return structure === 'diagonal' ? diagonalJacobian(row) : denseJacobian(n, row);
};

/** −ΔU */
const minusLaplacian = (n: number, { structure, fill }: NonNullable<Potential['hessian']>): ScalarField => {
  const H = new Float64Array(structure === 'diagonal' ? n : n * n);
  const stride = structure === 'diagonal' ? 1 : n + 1;
  return (y, _t, out) => {
    for (let i = 0; i < y.n; i++) {
      fill(y.data, i * n, H, 0);
      let sum = 0;
      for (let j = 0; j < n; j++) sum -= H[j * stride]!;
      out[i] = sum;
    }
  };
};

export const underdampedLangevin = ({
  potential,
  temperature,
  friction: gamma,
  horizon,
  force,
}: LangevinOptions & {
  /** γ > 0 */
  readonly friction: number;
}): Sde => {
  const { dim: n, gradient, hessian, law, start } = potential;
  const d = 2 * n;
  const positions = force === undefined ? law?.(temperature) : undefined;
  return {
    dim: d,
    span: { t0: 0, T: horizon },
    cutoff: { train: 1e-3, sample: 1e-2 },
    drift(y, t, out) {
      for (let i = 0, at = 0; i < y.n; i++, at += d) {
        const h = force === undefined ? 0 : force.value(t[i]!);
        gradient(y.data, at, out.data, at + n);
        for (let k = at; k < at + n; k++) {
          out.data[k] = y.data[k + n]!;
          out.data[k + n] = h - out.data[k + n]! - gamma * y.data[k + n]!;
        }
      }
    },
    diffusion: kroneckerNoise(d, [[0], [Math.sqrt(2 * gamma * temperature)]]),
    noiseRange: { rank: n, basis: 'coordinates', coordinates: Array.from({ length: n }, (_, k) => n + k) },
    divergence(y, _t, out) {
      out.fill(-gamma * n, 0, y.n);
    },
    itoTerm: zeroField,
    driftTime: forceSlope(force, d, n),
    ...(hessian !== undefined && { jacobian: phaseSpaceJacobian(n, gamma, hessian) }),
    ...(positions !== undefined && { stationary: productLaw(positions, isotropicNormal(n, Math.sqrt(temperature))) }),
    ...(start !== undefined && { initial: withVelocities(start, Math.sqrt(temperature)) }),
  };
};

/** [[0, I], [−∇²U, −γI]]: 2×2 blocks, one a coordinate, where ∇²U is diagonal. */
const phaseSpaceJacobian = (n: number, gamma: number, { structure, fill }: NonNullable<Potential['hessian']>) => {
  const d = 2 * n;
  const H = new Float64Array(structure === 'diagonal' ? n : n * n);
  if (structure === 'diagonal') {
    return blockJacobian(d, 2, (y, at, _t, out, outAt) => {
      fill(y, at, H, 0);
      for (let j = 0, block = outAt; j < n; j++, block += 4) {
        out[block] = 0;
        out[block + 1] = 1;
        out[block + 2] = -H[j]!;
        out[block + 3] = -gamma;
      }
    });
  }
  return denseJacobian(d, (y, at, _t, out, outAt) => {
    out.fill(0, outAt, outAt + d * d);
    fill(y, at, H, 0);
    for (let i = 0; i < n; i++) {
      const row = outAt + (n + i) * d;
      out[outAt + i * d + n + i] = 1;
      out[row + n + i] = -gamma;
      for (let j = 0; j < n; j++) out[row + j] = -H[i * n + j]!;
    }
  });
};
