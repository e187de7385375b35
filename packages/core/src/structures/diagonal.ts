/** M = diag(μ). */
import type { MatrixOperators, NoiseProducts, RootOperators, RootProduct } from './operators.js';
import { coordinateRange } from './range.js';

export const diagonalMatrix = (d: number): MatrixOperators => ({
  length: d,
  linear: d,
  times(M, at, w, wAt, out, outAt) {
    for (let j = 0; j < d; j++) out[outAt + j] = M[at + j]! * w[wAt + j]!;
  },
  trace(M, at) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += M[at + j]!;
    return sum;
  },
  growth(M, at) {
    let largest = M[at]!;
    for (let j = 1; j < d; j++) largest = Math.max(largest, M[at + j]!);
    return largest;
  },
});

export const diagonalRoot = (d: number): RootOperators => {
  const solve: RootProduct = (L, at, z, zAt, scale, out, outAt) => {
    for (let j = 0; j < d; j++) {
      const l = L[at + j]!;
      out[outAt + j] = l === 0 ? 0 : (scale * z[zAt + j]!) / l;
    }
  };
  const times: RootProduct = (L, at, z, zAt, scale, out, outAt) => {
    for (let j = 0; j < d; j++) out[outAt + j] = scale * L[at + j]! * z[zAt + j]!;
  };
  return {
    length: d,
    times,
    timesTransposed: times,
    solve,
    solveTransposed: solve,
    logDeterminant(L, at) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += Math.log(L[at + j]!);
      return sum;
    },
    variance(L, at, b, bAt) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += (L[at + j]! * b[bAt + j]!) ** 2;
      return sum;
    },
    variances(L, at, out) {
      for (let j = 0; j < d; j++) out[j] = L[at + j]! ** 2;
    },
    totalVariance(L, at) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += L[at + j]! ** 2;
      return sum;
    },
  };
};

export const diagonalNoiseProducts = (d: number): NoiseProducts => ({
  length: d,
  times(G, xi, xiAt, scale, out, outAt) {
    for (let j = 0; j < d; j++) out[outAt + j]! += scale * G[j]! * xi[xiAt + j]!;
  },
  timesRows(G, xi, stride, scales, out, from, to) {
    for (let r = from; r < to; r++) {
      const scale = scales[r]!;
      for (let j = 0, k = r * d, at = r * stride; j < d; j++, k++, at++) out[k]! += scale * G[j]! * xi[at]!;
    }
  },
  timesQ(G, s, sAt, scale, out, outAt) {
    for (let j = 0; j < d; j++) out[outAt + j]! += scale * G[j]! * G[j]! * s[sAt + j]!;
  },
  variances(G, out) {
    for (let j = 0; j < d; j++) out[j] = G[j]! * G[j]!;
  },
  isDiagonal: () => true,
  range: (samples) =>
    coordinateRange(Array.from({ length: d }, (_, j) => j).filter((j) => samples.some((G) => G[j] !== 0))),
});
