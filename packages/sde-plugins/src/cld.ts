/**
 * Critically damped Langevin diffusion (Dockhorn, Vahdat & Kreis 2022, eq. 4 with Γ = 2√M): data x coupled to velocities v, noise on v alone.
 *
 *     dx = (β/M) v dt,     dv = −β x dt − Γ (β/M) v dt + √(2Γβ) dW,     Γ = 2√M
 *
 * Linear. With ω = β/√M the drift matrix has the double eigenvalue −ω, so with τ = t − s, z = 2ωτ
 *
 *     e^{Aτ} = e^{−ωτ} [[1 + ωτ, βτ/M], [−βτ, 1 − ωτ]]
 *     Σ_xx = e^{−z} R(z),     Σ_xv = ½√M e^{−z} z²,     Σ_vv = M e^{−z} (2z + R(z)),     R(z) = e^z − 1 − z − z²/2
 *
 * for every pair (x_j, v_j) alike, so that all matrices are 2×2 blocks ⊗ I. R is summed as a series for z < 1, where the closed form cancels. Prior and stationary law N(0, I) × N(0, M I).
 *
 * State (x_1 … x_n, v_1 … v_n), n = `dim`, the dimension of the data: each datum is given velocities v_0 ~ N(0, γM I). Units: t in units of the horizon; x standardised (not checked).
 */
import { defineSde, type GaussianTransition, kroneckerJacobian, kroneckerNoise, zeroField } from '@fokker/core';
import { z } from 'zod';
import { independentNormal } from './independent-normal.js';
import { normalStart } from './initial-laws.js';
import { namesOf } from './names.js';
import { withVelocities } from './with-velocities.js';

const parameters = z.object({
  dim: z.int().positive().default(1).describe('n, dimension of the data; the state has 2n'),
  mass: z.number().positive().default(0.25).describe('M'),
  beta: z.number().positive().default(4).describe('β, per unit time'),
  startVariance: z.number().positive().default(0.04).describe('γ: velocities start from N(0, γM I)'),
  horizon: z.number().positive().default(1).describe('T'),
});

/** e^z − 1 − z − z²/2 = z³/3! + z⁴/4! + … */
export const thirdRemainder = (z: number): number => {
  if (Math.abs(z) >= 1) return Math.expm1(z) - z - 0.5 * z * z;
  let term = (z * z * z) / 6;
  let sum = 0;
  for (let k = 4; sum + term !== sum; k++) {
    sum += term;
    term *= z / k;
  }
  return sum;
};

const exactTransition = (n: number, mass: number, beta: number): GaussianTransition => {
  const root = Math.sqrt(mass);
  const omega = beta / root;
  return {
    structure: 'kronecker',
    block: 2,
    mean(ys, s, t, out) {
      for (let i = 0, at = 0; i < ys.n; i++, at += 2 * n) {
        const w = omega * (t[i]! - s[i]!);
        const decay = Math.exp(-w);
        for (let k = at; k < at + n; k++) {
          const [x, v] = [ys.data[k]!, ys.data[k + n]!];
          out.data[k] = decay * ((1 + w) * x + (w / root) * v);
          out.data[k + n] = decay * (-w * root * x + (1 - w) * v);
        }
      }
    },
    root(s, t, out) {
      for (let i = 0; i < s.length; i++) {
        const z = 2 * omega * (t[i]! - s[i]!);
        const half = Math.exp(-0.5 * z);
        const R = thirdRemainder(z);
        out[4 * i] = half * Math.sqrt(R);
        out[4 * i + 1] = 0;
        out[4 * i + 2] = R === 0 ? 0 : (0.5 * root * half * z * z) / Math.sqrt(R);
        out[4 * i + 3] = R === 0 ? 0 : root * half * Math.sqrt(2 * z + R - z ** 4 / (4 * R));
      }
    },
  };
};

const equations = {
  drift: '((β/M) v, -β x - 2(β/√M) v)',
  noise: '(0, √(4√M β))',
  source: 'Dockhorn, Vahdat & Kreis 2022, Score-based generative modeling with critically-damped Langevin diffusion',
};

export const cld = defineSde({
  id: 'cld',
  summary: 'Critically damped Langevin diffusion: data with velocities, noise on the velocities only',
  parameters,
  equations,
  describe: ({ dim }) => ({ equations, coordinates: [...namesOf('x', dim), ...namesOf('v', dim)] }),
  create({ dim: n, mass, beta, startVariance, horizon }) {
    const d = 2 * n;
    const omega = beta / Math.sqrt(mass);
    const g = Math.sqrt(4 * Math.sqrt(mass) * beta);
    const stds = (x: number, v: number): number[] => Array.from({ length: d }, (_, k) => (k < n ? x : v));
    const centre = new Array<number>(d).fill(0);
    const law = independentNormal(centre, stds(1, Math.sqrt(mass)));
    return {
      dim: d,
      span: { t0: 0, T: horizon },
      cutoff: { train: 1e-5, sample: 1e-3 },
      affine: true,
      drift(y, _t, out) {
        for (let at = 0; at < y.n * d; at += d) {
          for (let k = at; k < at + n; k++) {
            const [x, v] = [y.data[k]!, y.data[k + n]!];
            out.data[k] = (beta / mass) * v;
            out.data[k + n] = -beta * x - 2 * omega * v;
          }
        }
      },
      diffusion: kroneckerNoise(d, [[0], [g]]),
      jacobian: kroneckerJacobian(d, 2, (_y, _at, _t, out, outAt) => {
        out[outAt] = 0;
        out[outAt + 1] = beta / mass;
        out[outAt + 2] = -beta;
        out[outAt + 3] = -2 * omega;
      }),
      divergence(y, _t, out) {
        out.fill(-2 * omega * n, 0, y.n);
      },
      driftTime: zeroField,
      itoTerm: zeroField,
      noiseRange: { rank: n, basis: 'coordinates', coordinates: Array.from({ length: n }, (_, k) => n + k) },
      transition: exactTransition(n, mass, beta),
      prior: law,
      stationary: law,
      initial: normalStart(centre, stds(1, Math.sqrt(startVariance * mass))),
      lift: { dim: n, from: (data) => withVelocities(data, Math.sqrt(startVariance * mass)) },
    };
  },
});
