/**
 * M in full, [d·d] row-major: the oracle of every other structure, and the block inside those that have one.
 */
import { createLargestEigenvalue } from '../numerics/symmetric-eigen.js';
import { lowerTimes, solveLower, solveLowerTransposed } from '../numerics/triangular.js';
import type { MatrixOperators, NoiseProducts, RootOperators } from './operators.js';
import { columnRange } from './range.js';

export const denseMatrix = (d: number): MatrixOperators => {
  const symmetric = new Float64Array(d * d);
  const largestEigenvalue = createLargestEigenvalue(d);
  return {
    length: d * d,
    linear: d * d,
    times(M, at, w, wAt, out, outAt) {
      for (let i = 0, k = at; i < d; i++) {
        let sum = 0;
        for (let j = 0; j < d; j++, k++) sum += M[k]! * w[wAt + j]!;
        out[outAt + i] = sum;
      }
    },
    trace(M, at) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += M[at + j * d + j]!;
      return sum;
    },
    growth(M, at) {
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) symmetric[i * d + j] = 0.5 * (M[at + i * d + j]! + M[at + j * d + i]!);
      }
      return largestEigenvalue(symmetric);
    },
  };
};

export const denseRoot = (d: number): RootOperators => ({
  length: d * d,
  times: (L, at, z, zAt, scale, out, outAt) => lowerTimes(d, L, at, z, zAt, scale, out, outAt),
  timesTransposed(L, at, z, zAt, scale, out, outAt) {
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let i = j; i < d; i++) sum += L[at + i * d + j]! * z[zAt + i]!;
      out[outAt + j] = scale * sum;
    }
  },
  solve(L, at, z, zAt, scale, out, outAt) {
    for (let j = 0; j < d; j++) out[outAt + j] = scale * z[zAt + j]!;
    solveLower(d, L, at, out, outAt, out, outAt);
  },
  solveTransposed: (L, at, z, zAt, scale, out, outAt) => solveLowerTransposed(d, L, at, z, zAt, scale, out, outAt),
  logDeterminant(L, at) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += Math.log(L[at + j * d + j]!);
    return sum;
  },
  variance(L, at, b, bAt) {
    let total = 0;
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let i = j; i < d; i++) sum += L[at + i * d + j]! * b[bAt + i]!;
      total += sum * sum;
    }
    return total;
  },
  variances(L, at, out) {
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += L[at + i * d + j]! ** 2;
      out[i] = sum;
    }
  },
  totalVariance(L, at) {
    let sum = 0;
    for (let k = at; k < at + d * d; k++) sum += L[k]! * L[k]!;
    return sum;
  },
});

/** G [d, m]. */
export const denseNoiseProducts = (d: number, m: number): NoiseProducts => ({
  length: d * m,
  times(G, xi, xiAt, scale, out, outAt) {
    for (let i = 0, k = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j < m; j++, k++) sum += G[k]! * xi[xiAt + j]!;
      out[outAt + i]! += scale * sum;
    }
  },
  /** A coordinate at a time, from the first to the last entry of its row of G that is not zero. */
  timesRows(G, xi, stride, scales, out, from, to) {
    for (let i = 0; i < d; i++) {
      let [first, end] = [i * m, (i + 1) * m];
      while (first < end && G[first] === 0) first++;
      while (end > first && G[end - 1] === 0) end--;
      const column = first - i * m;
      if (end - first === 1) {
        const g = G[first]!;
        for (let r = from; r < to; r++) out[r * d + i]! += scales[r]! * (g * xi[r * stride + column]!);
      } else if (end > first) {
        for (let r = from; r < to; r++) {
          let sum = 0;
          for (let k = first, at = r * stride + column; k < end; k++, at++) sum += G[k]! * xi[at]!;
          out[r * d + i]! += scales[r]! * sum;
        }
      }
    }
  },
  timesQ(G, s, sAt, scale, out, outAt) {
    for (let j = 0; j < m; j++) {
      let along = 0;
      for (let i = 0; i < d; i++) along += G[i * m + j]! * s[sAt + i]!;
      for (let i = 0; i < d; i++) out[outAt + i]! += scale * along * G[i * m + j]!;
    }
  },
  variances(G, out) {
    for (let i = 0; i < d; i++) out[i] = rowProduct(G, m, i, i);
  },
  isDiagonal(G, tolerance) {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < i; j++) {
        const size = Math.sqrt(rowProduct(G, m, i, i) * rowProduct(G, m, j, j));
        if (Math.abs(rowProduct(G, m, i, j)) > tolerance * size) return false;
      }
    }
    return true;
  },
  range: (samples) => columnRange(d, m, samples),
});

/** (G Gᵀ)_ij */
const rowProduct = (G: Float64Array, m: number, i: number, j: number): number => {
  let sum = 0;
  for (let k = 0; k < m; k++) sum += G[i * m + k]! * G[j * m + k]!;
  return sum;
};
