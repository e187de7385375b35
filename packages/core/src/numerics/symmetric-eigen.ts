/**
 * Eigenvalues of symmetric matrices: Householder reflections to a tridiagonal T, then implicit QL with Wilkinson's shift (Golub & Van Loan, §8.3; EISPACK tred2, tql2).
 *
 *     T = tridiag(e, α, e) = Z diag(λ) Zᵀ
 *
 * Numbers that are not finite come back as NaN eigenvalues.
 */

const sweeps = 60;

/**
 * Replaces `alpha` [m] by the eigenvalues, in no order, and `off` [m] (off[i] joins i and i + 1, the last is scratch) by zeros. With `Z` [m·m], row-major at entry an
 * orthogonal matrix: its columns become Z times the eigenvectors.
 */
export const tridiagonalEigen = (m: number, alpha: Float64Array, off: Float64Array, Z?: Float64Array): void => {
  off[m - 1] = 0;
  for (let low = 0; low < m; low++) {
    for (let sweep = 0; ; sweep++) {
      let high = low;
      while (high < m - 1 && Math.abs(off[high]!) > 2 ** -53 * (Math.abs(alpha[high]!) + Math.abs(alpha[high + 1]!))) {
        high++;
      }
      if (high === low) break;
      if (sweep === sweeps) {
        alpha.fill(Number.NaN, 0, m);
        return;
      }
      const theta = (alpha[low + 1]! - alpha[low]!) / (2 * off[low]!);
      const root = Math.hypot(theta, 1);
      let g = alpha[high]! - alpha[low]! + off[low]! / (theta + (theta < 0 ? -root : root));
      let [s, c, p] = [1, 1, 0];
      for (let i = high - 1; i >= low; i--) {
        const f = s * off[i]!;
        const b = c * off[i]!;
        const r = Math.hypot(f, g);
        off[i + 1] = r;
        if (r === 0) {
          s = 0;
          c = 1;
        } else {
          s = f / r;
          c = g / r;
        }
        g = alpha[i + 1]! - p;
        const q = (alpha[i]! - g) * s + 2 * c * b;
        p = s * q;
        alpha[i + 1] = g + p;
        g = c * q - b;
        for (let k = 0; Z !== undefined && k < m; k++) {
          const [left, right] = [Z[k * m + i]!, Z[k * m + i + 1]!];
          Z[k * m + i + 1] = s * left + c * right;
          Z[k * m + i] = c * left - s * right;
        }
      }
      alpha[low]! -= p;
      off[low] = g;
      off[high] = 0;
    }
  }
};

/** λ_max of symmetric d×d matrices; overwrites A [d·d]. */
export const createLargestEigenvalue = (d: number): ((A: Float64Array) => number) => {
  const [alpha, off, v, p] = [0, 1, 2, 3].map(() => new Float64Array(d)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  /** Reflects coordinates k + 1 … so that row k has one entry beyond its diagonal: A ← H A H, H = I − 2 v vᵀ. */
  const reflect = (A: Float64Array, k: number): void => {
    let square = 0;
    for (let i = k + 1; i < d; i++) square += A[i * d + k]! ** 2;
    const length = Math.sqrt(square);
    const first = A[(k + 1) * d + k]!;
    off[k] = first > 0 ? -length : length;
    const scale = Math.sqrt(2 * length * (length + Math.abs(first)));
    if (scale === 0) return;
    for (let i = k + 1; i < d; i++) v[i] = A[i * d + k]! / scale;
    v[k + 1] = (first - off[k]!) / scale;
    let along = 0;
    for (let i = k + 1; i < d; i++) {
      let sum = 0;
      for (let j = k + 1; j < d; j++) sum += A[i * d + j]! * v[j]!;
      p[i] = 2 * sum;
      along += sum * v[i]!;
    }
    for (let i = k + 1; i < d; i++) p[i]! -= 2 * along * v[i]!;
    for (let i = k + 1; i < d; i++) {
      for (let j = k + 1; j < d; j++) A[i * d + j]! -= v[i]! * p[j]! + p[i]! * v[j]!;
    }
  };
  return (A) => {
    for (let k = 0; k < d - 2; k++) reflect(A, k);
    for (let i = 0; i < d; i++) alpha[i] = A[i * d + i]!;
    if (d > 1) off[d - 2] = A[(d - 1) * d + d - 2]!;
    tridiagonalEigen(d, alpha, off);
    let largest = alpha[0]!;
    for (let i = 1; i < d; i++) largest = Math.max(largest, alpha[i]!);
    return largest;
  };
};
