/**
 * G = γ (I − R Rᵀ) + R H Rᵀ with R [d, r] the same at all times: m = d.
 *
 *     G ξ = γ ξ + R (H u − γ u),  u = Rᵀ ξ          Q = γ² I + R K Rᵀ,  K = H Hᵀ − γ² I
 */
import type { LowRankForm } from '../contracts/matrix.js';
import { denseMatrix } from './dense.js';
import { createSubspace } from './low-rank.js';
import { completeNoise, type NoiseProducts } from './operators.js';
import { allCoordinates, columnRange, spanOf } from './range.js';

export const lowRankNoiseProducts = (
  { rank: r, basis: R }: LowRankForm & { readonly basis: Float64Array },
  d: number,
): NoiseProducts => {
  const { project, lift } = createSubspace(r, d);
  const inner = denseMatrix(r);
  const [u, v] = [new Float64Array(r), new Float64Array(r)];
  const K = new Float64Array(r * r);

  const fillK = (G: Float64Array): void => {
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < r; b++) {
        let sum = a === b ? -(G[0]! ** 2) : 0;
        for (let c = 0; c < r; c++) sum += G[1 + a * r + c]! * G[1 + b * r + c]!;
        K[a * r + b] = sum;
      }
    }
  };
  /** R_iᵀ K R_j, R_i the i-th row of R [d, r]. */
  const rowProduct = (i: number, j: number): number => {
    let total = 0;
    for (let a = 0; a < r; a++) {
      let sum = 0;
      for (let b = 0; b < r; b++) sum += K[a * r + b]! * R[b * d + j]!;
      total += R[a * d + i]! * sum;
    }
    return total;
  };

  const products: NoiseProducts = {
    length: 1 + r * r,
    times(G, xi, xiAt, scale, out, outAt) {
      const gamma = G[0]!;
      project(R, 0, xi, xiAt, u);
      inner.times(G, 1, u, 0, v, 0);
      for (let c = 0; c < r; c++) v[c] = scale * (v[c]! - gamma * u[c]!);
      for (let j = 0; j < d; j++) out[outAt + j]! += scale * gamma * xi[xiAt + j]!;
      lift(R, 0, v, out, outAt);
    },
    timesQ(G, s, sAt, scale, out, outAt) {
      fillK(G);
      project(R, 0, s, sAt, u);
      inner.times(K, 0, u, 0, v, 0);
      for (let c = 0; c < r; c++) v[c]! *= scale;
      for (let j = 0; j < d; j++) out[outAt + j]! += scale * G[0]! ** 2 * s[sAt + j]!;
      lift(R, 0, v, out, outAt);
    },
    variances(G, out) {
      fillK(G);
      for (let j = 0; j < d; j++) out[j] = G[0]! ** 2 + rowProduct(j, j);
    },
    isDiagonal(G, tolerance) {
      const own = new Float64Array(d);
      products.variances(G, own);
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < i; j++) {
          if (Math.abs(rowProduct(i, j)) > tolerance * Math.sqrt(own[i]! * own[j]!)) return false;
        }
      }
      return true;
    },
    range(samples) {
      const on = columnRange(
        r,
        r,
        samples.map((G) => G.slice(1)),
      );
      const everywhere = samples.some((G) => G[0] !== 0);
      if (everywhere && on.rank === r) return allCoordinates(d);
      return everywhere ? columnRange(d, d, samples.map(inFull)) : spanOf(d, samples.flatMap(columnsOnSpan));
    },
  };
  const inFull = (G: Float64Array): Float64Array => {
    const full = new Float64Array(d * d);
    completeNoise(products, d, d).spread(G, full);
    return full;
  };
  /** The columns of R H, all that G has where γ = 0. */
  const columnsOnSpan = (G: Float64Array): Float64Array[] =>
    Array.from({ length: r }, (_, c) => {
      const column = new Float64Array(d);
      for (let a = 0; a < r; a++) v[a] = G[1 + a * r + c]!;
      lift(R, 0, v, column, 0);
      return column;
    });
  return products;
};
