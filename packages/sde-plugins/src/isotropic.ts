/**
 * Isotropic relaxation to the origin, the scalar case of Ornstein–Uhlenbeck and the clockwork of the image diffusions:
 *
 *     dY = −a Y dt + g dW,     q(y_t | y_s) = N(e^{−aτ} y_s, g² τ φ₁(−2aτ) I),     τ = t − s,     φ₁(z) = (e^z − 1)/z
 *
 * a = 0 is Brownian motion with variance g² τ. Stationary law N(0, g²/(2a) I) for a > 0.
 */
import { affineTransition, phi1, type Sde, scalarJacobian, scalarNoise, zeroField } from '@fokker/core';
import { isotropicNormal } from './independent-normal.js';

export interface Relaxation {
  /** a ≥ 0, per unit time */
  readonly rate: number;
  /** g */
  readonly noise: number;
  /** T, default 1 */
  readonly horizon?: number;
}

export const isotropic = (dim: number, { rate, noise, horizon = 1 }: Relaxation): Sde => ({
  dim,
  span: { t0: 0, T: horizon },
  cutoff: { train: 1e-5, sample: 1e-3 },
  affine: true,
  drift(y, _t, out) {
    for (let k = 0; k < y.n * dim; k++) out.data[k] = -rate * y.data[k]!;
  },
  diffusion: scalarNoise(dim, noise),
  jacobian: scalarJacobian(() => -rate),
  divergence(y, _t, out) {
    out.fill(-rate * dim, 0, y.n);
  },
  driftTime: zeroField,
  itoTerm: zeroField,
  transition: affineTransition((s, t) => ({
    a: Math.exp(-rate * (t - s)),
    variance: noise ** 2 * (t - s) * phi1(-2 * rate * (t - s)),
  })),
  ...(rate > 0 ? { stationary: isotropicNormal(dim, noise / Math.sqrt(2 * rate)) } : {}),
});
