/**
 * A mixture of round Gaussians, C_k = c_k² I (mixture-law.ts): the Hessian is a multiple of the identity plus a low rank, O(d K) a point.
 *
 * Where all c_k = c, R is an orthonormal basis of span{μ_k − μ_1}, m_k = Rᵀ (μ_k − μ_1) and
 *
 *     ∇²log π = −I/c² + R Cov_r(m) Rᵀ/c⁴,       ∇Δ log π = Σ_k r_k ‖μ_k − μ̄‖² (μ_k − μ̄)/c⁶,   μ̄ = Σ_k r_k μ_k
 *
 * Where they differ, v_k = (μ_k − y)/c_k² lie in that span and one more direction of each point, e ∝ (I − R Rᵀ)(μ_1 − y), so that every row has a basis of its own:
 *
 *     ∇²log π = −κ I + [R e] (Σ_k r_k ṽ_k ṽ_kᵀ − v̄ v̄ᵀ) [R e]ᵀ,    κ = Σ_k r_k/c_k²,   ṽ_k = [R e]ᵀ v_k
 */
import {
  type Batch,
  fillNormal,
  type JacobianField,
  logSumExp,
  lowRankJacobian,
  orthonormalise,
  scalarJacobian,
} from '@fokker/core';
import { chooseComponents } from './choose-components.js';
import type { Components } from './mixture-components.js';
import type { MixtureLaw } from './mixture-law.js';

/** Orthonormal basis of span{μ_k − μ_1}, a vector after the other. */
const meanSpan = ({ d, mean, weight }: Components): { readonly r: number; readonly R: Float64Array } => {
  const moved = Array.from({ length: weight.length - 1 }, (_, k) =>
    Float64Array.from({ length: d }, (_, j) => mean[(k + 1) * d + j]! - mean[j]!),
  );
  const vectors = orthonormalise(moved.filter((vector) => vector.some((x) => x !== 0)));
  const R = new Float64Array(vectors.length * d);
  vectors.forEach((vector, c) => {
    R.set(vector, c * d);
  });
  return { r: vectors.length, R };
};

/** The rank of ∇²log π beside the multiple of the identity; a full matrix is cheaper where it reaches d. */
export const roundRank = (components: Components, std: Float64Array): number =>
  meanSpan(components).r + (std.every((c) => c === std[0]) ? 0 : 1);

export const roundMixture = (components: Components, std: Float64Array): MixtureLaw => {
  const { d, weight, mean } = components;
  const K = weight.length;
  const { r, R } = meanSpan(components);
  const same = std.every((c) => c === std[0]);
  const precision = std.map((c) => c ** -2);
  const logScale = weight.map((w, k) => Math.log(w) - d * (Math.log(std[k]!) + 0.5 * Math.log(2 * Math.PI)));
  const [share, log] = [new Float64Array(K), new Float64Array(K)];
  const m = new Float64Array(K * r);
  for (let k = 0; k < K; k++) {
    for (let c = 0; c < r; c++) {
      for (let j = 0; j < d; j++) m[k * r + c]! += R[c * d + j]! * (mean[k * d + j]! - mean[j]!);
    }
  }

  /** Fills the responsibilities r_k at y[at …]; returns log π(y). */
  const weigh = (y: Float64Array, at: number): number => {
    for (let k = 0; k < K; k++) {
      let square = 0;
      for (let j = 0, e = k * d; j < d; j++, e++) square += (y[at + j]! - mean[e]!) ** 2;
      log[k] = logScale[k]! - 0.5 * precision[k]! * square;
    }
    const logPi = logSumExp(log);
    for (let k = 0; k < K; k++) share[k] = Math.exp(log[k]! - logPi);
    return logPi;
  };

  /** out = Σ_k r_k (v_k v_kᵀ) − v̄ v̄ᵀ, size × size, for the coordinates v [K, size]; `mid` is scratch. */
  const spread = (v: Float64Array, size: number, mid: Float64Array, out: Float64Array, outAt: number): void => {
    mid.fill(0);
    for (let k = 0; k < K; k++) for (let c = 0; c < size; c++) mid[c]! += share[k]! * v[k * size + c]!;
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += share[k]! * (v[k * size + a]! - mid[a]!) * (v[k * size + b]! - mid[b]!);
        out[outAt + a * size + b] = sum;
      }
    }
  };

  const hessian = (): JacobianField => {
    if (!same) return ownBasis();
    if (r === 0) return scalarJacobian(() => -precision[0]!);
    const v = m.map((x) => x * precision[0]!);
    const mid = new Float64Array(r);
    return lowRankJacobian(d, { rank: r, basis: R }, (y, at, _t, out, outAt) => {
      weigh(y, at);
      out[outAt] = -precision[0]!;
      spread(v, r, mid, out, outAt + 1);
      for (let c = 0; c < r; c++) out[outAt + 1 + c * (r + 1)]! -= precision[0]!;
    });
  };

  const ownBasis = (): JacobianField => {
    const size = r + 1;
    const v = new Float64Array(K * size);
    const mid = new Float64Array(size);
    const u = new Float64Array(r); // Rᵀ (μ_1 − y)
    return lowRankJacobian(d, { rank: size }, (y, at, _t, out, outAt) => {
      weigh(y, at);
      const basisAt = outAt + 1 + size * size;
      const e = basisAt + r * d;
      out.set(R, basisAt);
      for (let j = 0; j < d; j++) out[e + j] = mean[j]! - y[at + j]!;
      u.fill(0);
      // twice: the second pass takes away what rounding left of the first
      for (let pass = 0; pass < 2; pass++) {
        for (let c = 0; c < r; c++) {
          let along = 0;
          for (let j = 0; j < d; j++) along += R[c * d + j]! * out[e + j]!;
          for (let j = 0; j < d; j++) out[e + j]! -= along * R[c * d + j]!;
          u[c]! += along;
        }
      }
      let square = 0;
      for (let j = 0; j < d; j++) square += out[e + j]! ** 2;
      const height = Math.sqrt(square);
      for (let j = 0; j < d; j++) out[e + j] = height === 0 ? 0 : out[e + j]! / height;
      let kappa = 0;
      for (let k = 0; k < K; k++) {
        kappa += share[k]! * precision[k]!;
        for (let c = 0; c < r; c++) v[k * size + c] = precision[k]! * (m[k * r + c]! + u[c]!);
        v[k * size + r] = precision[k]! * height;
      }
      out[outAt] = -kappa;
      spread(v, size, mid, out, outAt + 1);
      for (let c = 0; c < size; c++) out[outAt + 1 + c * (size + 1)]! -= kappa;
    });
  };

  /** out = Σ_k c_k μ_k − (Σ_k c_k) y */
  const pull = (coefficient: (k: number) => number, y: Batch, i: number, out: Batch): void => {
    for (let j = i * d; j < (i + 1) * d; j++) out.data[j] = 0;
    for (let k = 0; k < K; k++) {
      const c = coefficient(k);
      for (let j = 0; j < d; j++) out.data[i * d + j]! += c * (mean[k * d + j]! - y.data[i * d + j]!);
    }
  };

  return {
    dim: d,
    logDensity(y, out) {
      for (let i = 0; i < y.n; i++) out[i] = weigh(y.data, i * d);
    },
    score(y, out) {
      for (let i = 0; i < y.n; i++) {
        weigh(y.data, i * d);
        pull((k) => share[k]! * precision[k]!, y, i, out);
      }
    },
    hessian: hessian(),
    sample(key, first, out) {
      const chosen = chooseComponents(weight, key, first, out.n);
      fillNormal(key.at('normal'), first, out.n, d, out.data);
      for (let i = 0; i < out.n; i++) {
        const k = chosen[i]!;
        for (let j = 0; j < d; j++) out.data[i * d + j] = mean[k * d + j]! + std[k]! * out.data[i * d + j]!;
      }
    },
    ...(same ? { laplacianGradient } : {}),
  };

  function laplacianGradient(y: Batch, out: Batch): void {
    const mid = new Float64Array(r);
    const coefficient = new Float64Array(K);
    for (let i = 0; i < y.n; i++) {
      weigh(y.data, i * d);
      mid.fill(0);
      for (let k = 0; k < K; k++) for (let c = 0; c < r; c++) mid[c]! += share[k]! * m[k * r + c]!;
      // Σ_k q_k (μ_k − μ̄), q_k = r_k ‖m_k − m̄‖²/c⁶, as Σ_k (q_k − r_k Σ q) μ_k: the coefficients sum to zero, so y drops out
      let total = 0;
      for (let k = 0; k < K; k++) {
        let square = 0;
        for (let c = 0; c < r; c++) square += (m[k * r + c]! - mid[c]!) ** 2;
        coefficient[k] = share[k]! * square * precision[0]! ** 3;
        total += coefficient[k]!;
      }
      pull((k) => coefficient[k]! - share[k]! * total, y, i, out);
    }
  }
};
