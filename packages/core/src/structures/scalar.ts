/** M = μ I. */
import type { MatrixOperators, NoiseProducts, RootOperators, RootProduct } from './operators.js';
import { allCoordinates, noCoordinates } from './range.js';

export const scalarMatrix = (d: number): MatrixOperators => ({
  length: 1,
  linear: 1,
  times(M, at, w, wAt, out, outAt) {
    for (let j = 0; j < d; j++) out[outAt + j] = M[at]! * w[wAt + j]!;
  },
  trace: (M, at) => d * M[at]!,
  growth: (M, at) => M[at]!,
});

export const scalarRoot = (d: number): RootOperators => {
  const solve: RootProduct = (L, at, z, zAt, scale, out, outAt) => {
    const l = L[at]!;
    for (let j = 0; j < d; j++) out[outAt + j] = l === 0 ? 0 : (scale * z[zAt + j]!) / l;
  };
  const times: RootProduct = (L, at, z, zAt, scale, out, outAt) => {
    for (let j = 0; j < d; j++) out[outAt + j] = scale * L[at]! * z[zAt + j]!;
  };
  return {
    length: 1,
    times,
    timesTransposed: times,
    solve,
    solveTransposed: solve,
    logDeterminant: (L, at) => d * Math.log(L[at]!),
    variance(L, at, b, bAt) {
      let square = 0;
      for (let j = 0; j < d; j++) square += b[bAt + j]! ** 2;
      return L[at]! ** 2 * square;
    },
    variances(L, at, out) {
      out.fill(L[at]! ** 2, 0, d);
    },
    totalVariance: (L, at) => d * L[at]! ** 2,
  };
};

export const scalarNoiseProducts = (d: number): NoiseProducts => ({
  length: 1,
  times(G, xi, xiAt, scale, out, outAt) {
    const g = scale * G[0]!;
    for (let j = 0; j < d; j++) out[outAt + j]! += g * xi[xiAt + j]!;
  },
  timesRows(G, xi, stride, scales, out, from, to) {
    for (let r = from; r < to; r++) {
      const g = scales[r]! * G[0]!;
      for (let k = r * d, at = r * stride; k < (r + 1) * d; k++, at++) out[k]! += g * xi[at]!;
    }
  },
  timesQ(G, s, sAt, scale, out, outAt) {
    const q = scale * G[0]! * G[0]!;
    for (let j = 0; j < d; j++) out[outAt + j]! += q * s[sAt + j]!;
  },
  variances(G, out) {
    out.fill(G[0]! * G[0]!, 0, d);
  },
  isDiagonal: () => true,
  range: (samples) => (samples.some((G) => G[0] !== 0) ? allCoordinates(d) : noCoordinates),
});
