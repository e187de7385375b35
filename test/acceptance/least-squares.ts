/** Least squares in float64 by normal equations: coefficients c [k, m] of min Σ ‖φᵀ c − g‖² over rows of features φ [k] and targets g [m]. */
export const leastSquares = (k: number, m: number) => {
  const gram = new Float64Array(k * k);
  const right = new Float64Array(m * k);
  return {
    /** Adds a row; `g[at …]` is its target. */
    add(features: Float64Array, g: Float64Array, at: number): void {
      for (let a = 0; a < k; a++) {
        const f = features[a]!;
        for (let b = 0; b < k; b++) gram[a * k + b]! += f * features[b]!;
        for (let j = 0; j < m; j++) right[j * k + a]! += f * g[at + j]!;
      }
    },
    /** Coefficients of target j are row j, [m, k]. By Cholesky: the Gram matrix must be well away from singular. */
    solve(): Float64Array {
      const L = gram.slice();
      const c = right.slice();
      for (let j = 0; j < k; j++) {
        for (let i = j; i < k; i++) {
          let sum = L[i * k + j]!;
          for (let l = 0; l < j; l++) sum -= L[i * k + l]! * L[j * k + l]!;
          L[i * k + j] = i === j ? Math.sqrt(sum) : sum / L[j * k + j]!;
        }
      }
      for (let at = 0; at < m * k; at += k) {
        for (let i = 0; i < k; i++) {
          for (let l = 0; l < i; l++) c[at + i]! -= L[i * k + l]! * c[at + l]!;
          c[at + i]! /= L[i * k + i]!;
        }
        for (let i = k - 1; i >= 0; i--) {
          for (let l = i + 1; l < k; l++) c[at + i]! -= L[l * k + i]! * c[at + l]!;
          c[at + i]! /= L[i * k + i]!;
        }
      }
      return c;
    },
  };
};
