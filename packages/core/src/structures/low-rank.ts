/**
 * M = μ (I − R Rᵀ) + R B Rᵀ: a scalar off the subspace spanned by the columns of R [d, r] and a dense B [r, r] on it, so that every function of M is one of μ and one of B.
 *
 *     M w = μ w + R (B u − μ u),   u = Rᵀ w          L⁻¹ z = z/l + R (L_B⁻¹ u − u/l)          tr M = μ (d − r) + tr B
 *
 * Columns of R are orthonormal or zero (not checked here; the structure contract does), where zero is worth μ in B. O(d r) a product.
 */
import type { LowRankForm } from '../contracts/matrix.js';
import { denseMatrix, denseRoot } from './dense.js';
import type { MatrixOperators, RootOperators, RootProduct } from './operators.js';

/** Where B starts in the entries, where R does if a matrix has its own, and how many they are. */
export const lowRankLayout = ({ rank: r, basis }: LowRankForm, d: number) => ({
  block: 1,
  basis: 1 + r * r,
  length: 1 + r * r + (basis === undefined ? r * d : 0),
});

/** Products with R, stored [r, d] at an offset. */
export const createSubspace = (r: number, d: number) => ({
  /** u [r] = Rᵀ w */
  project(R: Float64Array, at: number, w: Float64Array, wAt: number, u: Float64Array): void {
    for (let c = 0, k = at; c < r; c++) {
      let sum = 0;
      for (let j = 0; j < d; j++, k++) sum += R[k]! * w[wAt + j]!;
      u[c] = sum;
    }
  },
  /** out [d] += R u */
  lift(R: Float64Array, at: number, u: Float64Array, out: Float64Array, outAt: number): void {
    for (let c = 0, k = at; c < r; c++) {
      const share = u[c]!;
      for (let j = 0; j < d; j++, k++) out[outAt + j]! += share * R[k]!;
    }
  },
});

export const lowRankMatrix = (form: LowRankForm, d: number): MatrixOperators => {
  const { rank: r, basis } = form;
  const layout = lowRankLayout(form, d);
  const { project, lift } = createSubspace(r, d);
  const inner = denseMatrix(r);
  const [u, v] = [new Float64Array(r), new Float64Array(r)];
  return {
    length: layout.length,
    linear: layout.basis,
    times(M, at, w, wAt, out, outAt) {
      const [R, rAt] = basis === undefined ? [M, at + layout.basis] : [basis, 0];
      const mu = M[at]!;
      project(R, rAt, w, wAt, u);
      inner.times(M, at + layout.block, u, 0, v, 0);
      for (let c = 0; c < r; c++) v[c]! -= mu * u[c]!;
      for (let j = 0; j < d; j++) out[outAt + j] = mu * w[wAt + j]!;
      lift(R, rAt, v, out, outAt);
    },
    trace: (M, at) => M[at]! * (d - r) + inner.trace(M, at + layout.block),
    growth(M, at) {
      const on = inner.growth(M, at + layout.block);
      return r === d ? on : Math.max(on, M[at]!);
    },
  };
};

export const lowRankRoot = (form: LowRankForm, d: number): RootOperators => {
  const { rank: r, basis } = form;
  const layout = lowRankLayout(form, d);
  const { project, lift } = createSubspace(r, d);
  const inner = denseRoot(r);
  const [u, v, column] = [new Float64Array(r), new Float64Array(r), new Float64Array(r)];
  /** out = scale (off(l) (z − R u) + R on(L_B) u) */
  const product =
    (off: (l: number) => number, on: RootProduct): RootProduct =>
    (L, at, z, zAt, scale, out, outAt) => {
      const [R, rAt] = basis === undefined ? [L, at + layout.basis] : [basis, 0];
      const outside = scale * off(L[at]!);
      project(R, rAt, z, zAt, u);
      on(L, at + layout.block, u, 0, scale, v, 0);
      for (let c = 0; c < r; c++) v[c]! -= outside * u[c]!;
      for (let j = 0; j < d; j++) out[outAt + j] = outside * z[zAt + j]!;
      lift(R, rAt, v, out, outAt);
    };
  const inverse = (l: number): number => (l === 0 ? 0 : 1 / l);
  return {
    length: layout.length,
    times: product((l) => l, inner.times),
    timesTransposed: product((l) => l, inner.timesTransposed),
    solve: product(inverse, inner.solve),
    solveTransposed: product(inverse, inner.solveTransposed),
    logDeterminant: (L, at) => (r === d ? 0 : (d - r) * Math.log(L[at]!)) + inner.logDeterminant(L, at + layout.block),
    variance(L, at, b, bAt) {
      const [R, rAt] = basis === undefined ? [L, at + layout.basis] : [basis, 0];
      project(R, rAt, b, bAt, u);
      let outside = 0;
      for (let j = 0; j < d; j++) outside += b[bAt + j]! ** 2;
      for (let c = 0; c < r; c++) outside -= u[c]! ** 2;
      return L[at]! ** 2 * Math.max(0, outside) + inner.variance(L, at + layout.block, u, 0);
    },
    variances(L, at, out) {
      const [R, rAt] = basis === undefined ? [L, at + layout.basis] : [basis, 0];
      for (let j = 0; j < d; j++) {
        let outside = 1;
        for (let c = 0; c < r; c++) {
          column[c] = R[rAt + c * d + j]!;
          outside -= column[c]! ** 2;
        }
        out[j] = L[at]! ** 2 * Math.max(0, outside) + inner.variance(L, at + layout.block, column, 0);
      }
    },
    totalVariance: (L, at) => (d - r) * L[at]! ** 2 + inner.totalVariance(L, at + layout.block),
  };
};
