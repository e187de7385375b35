/**
 * What the roots of kernels share whose J is an action (action.ts). Their entries are the lag and the point, [τ, s, y].
 */
import type { RootForm, RootOperators } from '../contracts/index.js';
import { fail } from '../errors.js';
import { fillNormal, rootKey } from '../numerics/random.js';

/** Krylov vectors a product; a mean or root that takes more asks for a shorter lag. */
export const mostVectors = 64;

/** The operators of a root, and whether it may be used at the point and lag of its entries: throws where not. */
export interface ActionRoot {
  readonly form: RootForm & { readonly structure: 'action' };
  check(root: Float64Array, at: number, row: number): void;
}

export const tooLong = (where: string, tau: number, got: string, expected: string): never =>
  fail('E_COVARIANCE', {
    summary: 'a lag is too long for a Jacobian that is known by its products alone',
    got: `${where}, lag ${tau}: ${got}`,
    expected,
    tryThis: [
      'a shorter lag; the a-posteriori schedule finds one',
      'symmetric: true, where the drift is the gradient of a potential and the noise scalar: exact at longer lags',
      'a Jacobian with a structure: lowRankJacobian, kroneckerJacobian, blockJacobian',
    ],
  });

/** A fixed vector of signs. */
export const signs = (d: number): Float64Array => {
  const out = new Float64Array(d);
  fillNormal(rootKey(0).at('signs'), 0, 1, d, out);
  return out.map((x) => (x < 0 ? -1 : 1));
};

/** The rest of the operators, from products with L, Lᵀ and their inverses and from e_jᵀ log(L) e_j. */
export const completed = (
  d: number,
  products: Pick<RootOperators, 'times' | 'timesTransposed' | 'solve' | 'solveTransposed'>,
  logDiagonal: (L: Float64Array, at: number, unit: Float64Array, j: number) => number,
): RootOperators => {
  const epsilon = signs(d);
  const [v, unit] = [new Float64Array(d), new Float64Array(d)];
  const variance: RootOperators['variance'] = (L, at, b, bAt) => {
    products.timesTransposed(L, at, b, bAt, 1, v, 0);
    let sum = 0;
    for (let j = 0; j < d; j++) sum += v[j]! ** 2;
    return sum;
  };
  return {
    ...products,
    length: 2 + d,
    variance,
    variances(L, at, out) {
      products.timesTransposed(L, at, epsilon, 0, 1, v, 0);
      products.times(L, at, v, 0, 1, out, 0);
      for (let j = 0; j < d; j++) out[j]! *= epsilon[j]!;
    },
    totalVariance: (L, at) => variance(L, at, epsilon, 0),
    logDeterminant(L, at) {
      unit.fill(0);
      let sum = 0;
      for (let j = 0; j < d; j++) {
        unit[j] = 1;
        sum += logDiagonal(L, at, unit, j);
        unit[j] = 0;
      }
      return sum;
    },
  };
};
