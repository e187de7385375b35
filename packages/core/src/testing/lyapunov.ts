/**
 * The stationary covariance of dy = A y dt + G dW for stable A:  A Σ + Σ Aᵀ + Q = 0.
 *
 * Solved as d² linear equations for the entries of Σ, by elimination with partial pivoting and one step of refinement. O(d⁶): for the small matrices of
 * oracles. Stability of A is not checked, but a Σ that is not positive definite will be refused by whoever factors it.
 */
import { fail } from '../errors.js';

/** Solves M x = b [n] in place by elimination with partial pivoting; false where M is singular. */
const eliminate = (n: number, M: Float64Array, b: Float64Array): boolean => {
  for (let j = 0; j < n; j++) {
    let best = j;
    for (let i = j + 1; i < n; i++) if (Math.abs(M[i * n + j]!) > Math.abs(M[best * n + j]!)) best = i;
    const pivot = M[best * n + j]!;
    if (!(Math.abs(pivot) > 0)) return false;
    for (let k = 0; k < n; k++) {
      const held = M[j * n + k]!;
      M[j * n + k] = M[best * n + k]!;
      M[best * n + k] = held;
    }
    const held = b[j]!;
    b[j] = b[best]!;
    b[best] = held;
    for (let i = j + 1; i < n; i++) {
      const factor = M[i * n + j]! / pivot;
      if (factor === 0) continue;
      for (let k = j; k < n; k++) M[i * n + k]! -= factor * M[j * n + k]!;
      b[i]! -= factor * b[j]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < n; k++) sum -= M[i * n + k]! * b[k]!;
    b[i] = sum / M[i * n + i]!;
  }
  return true;
};

/** −(A Σ + Σ Aᵀ + Q) */
const residual = (d: number, A: Float64Array, Q: Float64Array, S: Float64Array): Float64Array => {
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      let sum = Q[i * d + j]!;
      for (let k = 0; k < d; k++) sum += A[i * d + k]! * S[k * d + j]! + S[i * d + k]! * A[j * d + k]!;
      out[i * d + j] = -sum;
    }
  }
  return out;
};

/** Σ, [d·d]. A, Q: [d·d]. E_PARAMETERS where the equations are singular (A has eigenvalues λ and −λ). */
export const stationaryCovariance = (d: number, A: Float64Array, Q: Float64Array): Float64Array => {
  const n = d * d;
  const S = new Float64Array(n);
  for (let pass = 0; pass < 2; pass++) {
    const M = new Float64Array(n * n);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        for (let k = 0; k < d; k++) {
          M[(i * d + j) * n + k * d + j]! += A[i * d + k]!;
          M[(i * d + j) * n + i * d + k]! += A[j * d + k]!;
        }
      }
    }
    const b = residual(d, A, Q, S);
    if (!eliminate(n, M, b)) {
      return fail('E_PARAMETERS', {
        summary: 'this linear process has no stationary law',
        got: 'a drift matrix with eigenvalues λ and −λ',
        expected: 'a stable matrix: every eigenvalue with a negative real part',
        tryThis: ['check the signs of the drift matrix'],
      });
    }
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) S[i * d + j]! += 0.5 * (b[i * d + j]! + b[j * d + i]!);
  }
  return S;
};
