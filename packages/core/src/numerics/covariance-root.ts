/**
 * The root of a covariance that series and doubling have formed: Cholesky, and where that runs out of digits the square-root quadrature, whose pivots are good to
 * the unit round-off of √Σ_jj. Where that too has no pivot, G does not reach the coordinate within float64 and there is no root: E_COVARIANCE. Never jitter.
 */
import { fail } from '../errors.js';
import { cholesky } from './cholesky.js';
import { createCovarianceRoot, type FillG } from './quadrature.js';

/** Roots below this part of their coordinate's deviation are rounding. */
const rounding = 1e-13;

/** E_COVARIANCE unless every coordinate that has a deviation has a pivot, E_NOT_FINITE where it has no finite one. */
export const checkRoot = (d: number, L: Float64Array, at: number, row: number): void => {
  for (let i = 0; i < d; i++) {
    let square = 0;
    for (let j = 0; j <= i; j++) square += L[at + i * d + j]! ** 2;
    const pivot = L[at + i * d + i]!;
    if (!Number.isFinite(square)) {
      fail('E_NOT_FINITE', {
        summary: 'the covariance of a kernel is not finite',
        got: `row ${row}: variance ${square} of coordinate ${i}`,
        expected: 'a lag that does not outrun the growth of the drift',
        tryThis: ['a shorter lag, where the Jacobian has positive eigenvalues', 'check that the drift is finite there'],
      });
    }
    if (pivot > rounding * Math.sqrt(square) || square === 0) continue;
    fail('E_COVARIANCE', {
      summary: 'the covariance of a kernel is not positive definite',
      got: `row ${row}: coordinate ${i} is a function of those before it (pivot ${pivot}, deviation ${Math.sqrt(square)})`,
      expected: 'noise that reaches every coordinate it touches within one lag',
      tryThis: [
        'a longer lag, where the noise reaches the coordinate through the drift',
        'new coordinates in which the directions without noise stand alone',
      ],
    });
  }
};

/** Writes the root of `sigma` [d·d] to out[outAt …]. J, τ and G say how to form it again; `row` names it in errors. */
export type RootOf = (
  sigma: Float64Array,
  J: Float64Array,
  jAt: number,
  tau: number,
  fillG: FillG,
  out: Float64Array,
  outAt: number,
  row: number,
) => void;

export const createRootOf = (d: number, m: number): RootOf => {
  const quadratureRoot = createCovarianceRoot(d, m);
  return (sigma, J, jAt, tau, fillG, out, outAt, row) => {
    if (cholesky(d, sigma, 0, out, outAt) < 0) return;
    quadratureRoot(J, jAt, tau, fillG, out, outAt);
    checkRoot(d, out, outAt, row);
  };
};
