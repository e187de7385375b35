/**
 * The exact law p_t of an affine process started from a mixture of Gaussians (atoms included).
 *
 *     p_0 = Σ_k w_k N(μ_k, C_k),   q(y_t | y_0) = N(A y_0 + b, Σ)   ⟹   p_t = Σ_k w_k N(A μ_k + b, A C_k Aᵀ + Σ)
 *     ∇log p_t(y) = −Σ_k r_k(y) S_k⁻¹ (y − m_k),   r_k ∝ w_k N(y; m_k, S_k),   S_k = A C_k Aᵀ + Σ
 *
 * The components of the last time asked for are kept, so rows of equal time cost one preparation. Throws E_COVARIANCE where p_t has no density (atoms at t0, noise that has not reached every coordinate).
 */
import type { ScalarField, VectorField } from '../contracts/batch.js';
import type { MarginalLaw } from '../contracts/capabilities.js';
import type { GaussianTransition } from '../contracts/matrix.js';
import type { Dataset } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { cholesky } from '../numerics/cholesky.js';
import { addMixtureScore, emptyMixture, type GaussianMixture, logMixture } from '../numerics/gaussian-mixture.js';
import { addCongruence, affineImage, affineMapOf } from './affine-map.js';

type Mixture = NonNullable<Dataset['mixture']>;

/** Dense matrices a component and a time: no closed form is offered beyond this. */
const largestDimension = 64;

export const mixtureMarginal =
  (sde: Sde, transition: GaussianTransition): MarginalLaw =>
  ({ mixture }) => {
    if (mixture === undefined || sde.dim > largestDimension) return undefined;
    const at = componentsAt(sde, transition, mixture);
    const logDensity: ScalarField = (y, t, out) => {
      for (let i = 0; i < y.n; i++) out[i] = logMixture(at(t[i]!), y.data, i * y.d);
    };
    const score: VectorField = (y, t, out) => {
      const pull = new Float64Array(y.d);
      out.data.fill(0, 0, y.n * y.d);
      for (let i = 0; i < y.n; i++) {
        const law = at(t[i]!);
        addMixtureScore(law, logMixture(law, y.data, i * y.d), pull, out.data, i * y.d);
      }
    };
    return { logDensity, score };
  };

const componentsAt = (
  { dim: d, span }: Sde,
  transition: GaussianTransition,
  mixture: Mixture,
): ((t: number) => GaussianMixture) => {
  const law = emptyMixture(mixture.length, d);
  const total = mixture.reduce((sum, { weight }) => sum + weight, 0);
  let current = Number.NaN;
  return (t) => {
    if (t === current) return law;
    const map = affineMapOf(transition, d, span.t0, t);
    mixture.forEach(({ weight, mean, covariance }, k) => {
      affineImage(map, mean, law.mean.subarray(k * d, (k + 1) * d));
      const S = law.root.subarray(k * d * d, (k + 1) * d * d);
      S.set(map.Sigma);
      if (covariance.some((entry) => entry !== 0)) addCongruence(map.A, covariance, S);
      law.logScale[k] = Math.log(weight / total) - 0.5 * d * Math.log(2 * Math.PI) - factorise(d, S, k, t);
    });
    current = t;
    return law;
  };
};

/** S becomes its Cholesky factor; returns ½ log det S. */
const factorise = (d: number, S: Float64Array, k: number, t: number): number => {
  let halfLogDet = cholesky(d, S, 0, S, 0) < 0 ? 0 : Number.NaN;
  for (let j = 0; j < d; j++) halfLogDet += Math.log(S[j * d + j]!);
  if (Number.isFinite(halfLogDet)) return halfLogDet;
  return fail('E_COVARIANCE', {
    summary: `the marginal law at t = ${t} has no density`,
    got: `a covariance of component ${k} that is not positive definite`,
    expected: 'noise or data that reach every coordinate',
    tryThis: ['a later time: atoms have no density at t0', 'data whose components have a positive definite covariance'],
  });
};
