/**
 * Van Loan's covariance (1978), the cross-check of numerics/covariance.ts:
 *
 *     exp(τ [[J, Q], [0, −Jᵀ]]) = [[E, H], [0, E⁻ᵀ]],    Σ = H Eᵀ
 *
 * It forms e^{−Jᵀτ}, so it loses all digits for stiff Jτ; refused beyond ‖J‖₁τ = 4.
 */
import { fail } from '../errors.js';
import { createExpm } from '../numerics/expm.js';
import { norm1 } from '../numerics/matrix.js';

/** E and Σ, [d·d], of constant J and Q. E_PARAMETERS where ‖J‖₁τ > 4. */
export const vanLoan = (
  d: number,
  J: Float64Array,
  Q: Float64Array,
  tau: number,
): { exponential: Float64Array; covariance: Float64Array } => {
  const size = norm1(d, J, 0) * tau;
  if (!(size <= 4)) {
    fail('E_PARAMETERS', {
      summary: 'Van Loan’s formula loses its digits at this lag',
      got: `‖J‖₁ τ = ${size}`,
      expected: 'at most 4',
      tryThis: ['use createLinearFlow, which has no such limit'],
    });
  }
  const twice = 2 * d;
  const M = new Float64Array(twice * twice);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      M[i * twice + j] = J[i * d + j]!;
      M[i * twice + d + j] = Q[i * d + j]!;
      M[(d + i) * twice + d + j] = -J[j * d + i]!;
    }
  }
  const X = new Float64Array(twice * twice);
  createExpm(twice)(M, 0, tau, X, 0);
  const exponential = new Float64Array(d * d);
  const covariance = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      exponential[i * d + j] = X[i * twice + j]!;
      for (let k = 0; k < d; k++) covariance[i * d + j]! += X[i * twice + d + k]! * X[j * twice + k]!;
    }
  }
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      const mean = 0.5 * (covariance[i * d + j]! + covariance[j * d + i]!);
      covariance[i * d + j] = mean;
      covariance[j * d + i] = mean;
    }
  }
  return { exponential, covariance };
};
