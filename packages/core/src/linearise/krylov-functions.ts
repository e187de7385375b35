/**
 * What is asked of the small matrix H [m, m] of a Krylov space: F(H) e₁ for
 *
 *     φ-functions       τᵖ φ_p(Hτ), p = 1, 2, by the exponential of [[H, e₁, 0], [0, 0, 1], [0, 0, 0]] τ
 *     symmetric H = T   F(T) = Z diag(F(λ)) Zᵀ, by the eigenvalues of the tridiagonal T
 */
import { createExpm, type Expm } from '../numerics/expm.js';
import type { SmallFunction } from '../numerics/krylov.js';
import { tridiagonalEigen } from '../numerics/symmetric-eigen.js';

/** For H up to `most` × `most`; the function of (p, τ) is valid until the next is made. */
export const phiOfSmall = (most: number): ((p: 1 | 2, tau: number) => SmallFunction) => {
  const expms: Expm[] = [];
  const M = new Float64Array((most + 2) ** 2);
  const E = new Float64Array((most + 2) ** 2);
  let [power, lag] = [1, 0];
  const small: SmallFunction = (m, H, stride, c) => {
    const size = m + 2;
    M.fill(0);
    for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) M[i * size + j] = H[i * stride + j]!;
    M[m] = 1;
    M[m * size + m + 1] = 1;
    expms[m] ??= createExpm(size);
    expms[m](M, 0, lag, E, 0);
    for (let i = 0; i < m; i++) c[i] = E[i * size + m - 1 + power]!;
  };
  return (p, tau) => {
    [power, lag] = [p, tau];
    return small;
  };
};

/** F(T) e₁ of symmetric T up to `most` × `most`. */
export const symmetricOfSmall = (most: number, F: (eigenvalue: number) => number): SmallFunction => {
  const [alpha, off, weight] = [new Float64Array(most), new Float64Array(most), new Float64Array(most)];
  const Z = new Float64Array(most * most);
  return (m, H, stride, c) => {
    Z.fill(0);
    for (let i = 0; i < m; i++) {
      alpha[i] = H[i * stride + i]!;
      off[i] = i + 1 < m ? H[(i + 1) * stride + i]! : 0;
      Z[i * m + i] = 1;
    }
    tridiagonalEigen(m, alpha, off, Z);
    for (let k = 0; k < m; k++) weight[k] = Z[k]! * F(alpha[k]!);
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let k = 0; k < m; k++) sum += Z[i * m + k]! * weight[k]!;
      c[i] = sum;
    }
  };
};
