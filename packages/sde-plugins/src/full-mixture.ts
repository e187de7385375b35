/**
 * A mixture of Gaussians with full covariances (mixture-law.ts): a dense Hessian, K d² a point.
 *
 *     log π by log-sum-exp;   P_k = C_k⁻¹ = L_k⁻ᵀ L_k⁻¹
 */
import {
  addMixtureScore,
  cholesky,
  denseJacobian,
  emptyMixture,
  fail,
  fillNormal,
  flattenMatrix,
  logMixture,
  lowerTimes,
  solveLower,
  solveLowerTransposed,
} from '@fokker/core';
import { chooseComponents } from './choose-components.js';
import type { Components } from './mixture-components.js';
import type { MixtureLaw } from './mixture-law.js';

/** E_COVARIANCE for matrices that are not symmetric and positive definite. */
export const fullMixture = ({ d, weight, mean, covariance }: Components): MixtureLaw => {
  const K = weight.length;
  const law = emptyMixture(K, d);
  const precision = new Float64Array(K * d * d);
  law.mean.set(mean);
  for (let k = 0; k < K; k++) {
    const L = rootOf(covariance(k), d, k);
    law.root.set(L, k * d * d);
    law.logScale[k] = Math.log(weight[k]!) - 0.5 * d * Math.log(2 * Math.PI);
    for (let j = 0; j < d; j++) law.logScale[k]! -= Math.log(L[j * d + j]!);
    for (let j = 0; j < d; j++) {
      const column = new Float64Array(d);
      column[j] = 1;
      solveLower(d, L, 0, column, 0, column, 0);
      solveLowerTransposed(d, L, 0, column, 0, 1, column, 0);
      for (let i = 0; i < d; i++) precision[(k * d + i) * d + j] = column[i]!;
    }
  }
  const [pull, v, mid] = [new Float64Array(d), new Float64Array(d), new Float64Array(d)];

  return {
    dim: d,
    logDensity(y, out) {
      for (let i = 0; i < y.n; i++) out[i] = logMixture(law, y.data, i * d);
    },
    score(y, out) {
      out.data.fill(0, 0, y.n * d);
      for (let i = 0; i < y.n; i++) addMixtureScore(law, logMixture(law, y.data, i * d), pull, out.data, i * d);
    },
    hessian: denseJacobian(d, (y, at, _t, out, outAt) => {
      const logP = logMixture(law, y, at);
      out.fill(0, outAt, outAt + d * d);
      mid.fill(0);
      for (let k = 0; k < K; k++) {
        const r = Math.exp(law.log[k]! - logP);
        solveLowerTransposed(d, law.root, k * d * d, law.white, k * d, -1, v, 0);
        for (let i = 0; i < d; i++) {
          mid[i]! += r * v[i]!;
          for (let j = 0; j < d; j++) out[outAt + i * d + j]! += r * (v[i]! * v[j]! - precision[(k * d + i) * d + j]!);
        }
      }
      for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) out[outAt + i * d + j]! -= mid[i]! * mid[j]!;
    }),
    sample(key, first, out) {
      const chosen = chooseComponents(weight, key, first, out.n);
      fillNormal(key.at('normal'), first, out.n, d, out.data);
      for (let i = 0; i < out.n; i++) {
        const k = chosen[i]!;
        lowerTimes(d, law.root, k * d * d, out.data, i * d, 1, out.data, i * d);
        for (let j = 0; j < d; j++) out.data[i * d + j]! += mean[k * d + j]!;
      }
    },
  };
};

const rootOf = (covariance: readonly (readonly number[])[], d: number, k: number): Float64Array => {
  const L = flattenMatrix(covariance, d, d, `the covariance of component ${k}`);
  const symmetric = L.every((value, e) => {
    const mirrored = L[(e % d) * d + Math.floor(e / d)]!;
    return Math.abs(value - mirrored) <= 1e-12 * Math.max(Math.abs(value), Math.abs(mirrored)); // the rounding of a sum or two
  });
  if (symmetric && cholesky(d, L, 0, L, 0) < 0 && L.every((value, e) => e % (d + 1) !== 0 || value > 0)) return L;
  return fail('E_COVARIANCE', {
    summary: `the covariance of component ${k} is none`,
    got: JSON.stringify(covariance),
    expected: symmetric ? 'a positive definite matrix' : 'entries (i, j) and (j, i) that are equal',
    tryThis: ['check the signs of the off-diagonal entries', 'std, where the component is round'],
  });
};
