/**
 * Products and solves with a lower-triangular factor L, [d·d] row-major at an offset. Only the lower triangle is read.
 *
 * A row without noise has L_jj = 0 with the rest of its row and column zero (numerics/cholesky.ts); its solution is 0, since no score exists along it.
 */

/** out = scale · L z. In place is allowed. */
export const lowerTimes = (
  d: number,
  L: Float64Array,
  at: number,
  z: Float64Array,
  zAt: number,
  scale: number,
  out: Float64Array,
  outAt: number,
): void => {
  for (let i = d - 1; i >= 0; i--) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += L[at + i * d + j]! * z[zAt + j]!;
    out[outAt + i] = scale * sum;
  }
};

/** out = scale · L⁻ᵀ z by one back-substitution. In place is allowed. */
export const solveLowerTransposed = (
  d: number,
  L: Float64Array,
  at: number,
  z: Float64Array,
  zAt: number,
  scale: number,
  out: Float64Array,
  outAt: number,
): void => {
  for (let i = d - 1; i >= 0; i--) {
    let sum = scale * z[zAt + i]!;
    for (let j = i + 1; j < d; j++) sum -= L[at + j * d + i]! * out[outAt + j]!;
    const pivot = L[at + i * d + i]!;
    out[outAt + i] = pivot === 0 ? 0 : sum / pivot;
  }
};

/** out = L⁻¹ b by one forward substitution. In place is allowed. */
export const solveLower = (
  d: number,
  L: Float64Array,
  at: number,
  b: Float64Array,
  bAt: number,
  out: Float64Array,
  outAt: number,
): void => {
  for (let i = 0; i < d; i++) {
    let sum = b[bAt + i]!;
    for (let j = 0; j < i; j++) sum -= L[at + i * d + j]! * out[outAt + j]!;
    const pivot = L[at + i * d + i]!;
    out[outAt + i] = pivot === 0 ? 0 : sum / pivot;
  }
};
