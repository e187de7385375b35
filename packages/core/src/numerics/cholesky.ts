/**
 * Cholesky factors A = L Lᵀ of covariances, [d·d] row-major at offsets.
 *
 * Nothing is ever added to the diagonal. A covariance of degenerate noise is ill-conditioned by scaling alone, which does not hurt: the error of a factor is
 * ruled by the pivots relative to A_jj. A pivot below `tolerance` · A_jj has lost its digits in A already, so it is reported, not repaired.
 * A coordinate whose row of A is exactly zero carries no noise and gets a zero row of L.
 */

/** Relative pivots below this leave fewer than seven digits in L. */
const tolerance = 1e-9;

/** Writes L (upper triangle zero) and returns −1, or returns the first coordinate that has no usable pivot. `A` and `L` may be one array. */
export const cholesky = (d: number, A: Float64Array, aAt: number, L: Float64Array, lAt: number): number => {
  for (let j = 0; j < d; j++) {
    const row = lAt + j * d;
    const diagonal = A[aAt + j * d + j]!;
    let pivot = diagonal;
    for (let i = 0; i < j; i++) {
      let sum = A[aAt + j * d + i]!;
      for (let k = 0; k < i; k++) sum -= L[row + k]! * L[lAt + i * d + k]!;
      const above = L[lAt + i * d + i]!;
      if (above === 0 && sum !== 0) return i;
      const entry = above === 0 ? 0 : sum / above;
      L[row + i] = entry;
      pivot -= entry * entry;
    }
    if (diagonal === 0 && pivot === 0) L[row + j] = 0;
    else if (pivot > tolerance * diagonal) L[row + j] = Math.sqrt(pivot);
    else return j;
    for (let i = j + 1; i < d; i++) L[row + i] = 0;
  }
  return -1;
};
