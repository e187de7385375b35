/**
 * L = v(J)^½ for symmetric J and scalar noise, v(j) = ∫₀^τ e^{2j(τ−u)} g(s + u)² du: a function of J, applied by Krylov spaces. E_COVARIANCE where they do not settle.
 */
import type { ActionForm, RootProduct } from '../contracts/index.js';
import { createMatrixFunction } from '../numerics/krylov.js';
import { createActionPoint } from '../structures/action.js';
import { type ActionRoot, completed, mostVectors, signs, tooLong } from './action-root.js';
import { symmetricOfSmall } from './krylov-functions.js';
import type { LinearisedProcess } from './linearised-process.js';
import { createScalarVariance } from './scalar-variance.js';

export const exactRoot = ({ dim: d, diffusion, t0 }: LinearisedProcess, jacobian: ActionForm): ActionRoot => {
  const point = createActionPoint(jacobian, d);
  const krylov = createMatrixFunction(d, mostVectors);
  const variance = createScalarVariance(diffusion, t0);
  const [w, logarithm] = [new Float64Array(d), new Float64Array(d)];
  let [start, tau] = [0, 0];
  const deviation = (rate: number): number => Math.sqrt(variance(rate, start, tau));
  const size = Math.min(d, mostVectors);
  const rootOf = symmetricOfSmall(size, deviation);
  const inverseOf = symmetricOfSmall(size, (rate) => 1 / deviation(rate));
  const logOf = symmetricOfSmall(size, (rate) => Math.log(deviation(rate)));
  const by =
    (small: typeof rootOf): RootProduct =>
    (L, at, z, zAt, scale, out, outAt) => {
      tau = L[at]!;
      start = L[at + 1]!;
      point.moveTo(L, at + 1);
      if (!krylov(point.times, z, zAt, small, scale, out, outAt)) {
        tooLong('a root', tau, `it does not settle in ${mostVectors} Krylov vectors`, 'a lag of a few ‖J‖⁻¹');
      }
    };
  const [times, solve, log] = [by(rootOf), by(inverseOf), by(logOf)];
  const epsilon = signs(d);
  const operators = completed(d, { times, timesTransposed: times, solve, solveTransposed: solve }, (L, at, unit, j) => {
    log(L, at, unit, 0, 1, logarithm, 0);
    return logarithm[j]!;
  });
  return {
    form: { structure: 'action', operators },
    // the inverse root settles last: what it can do, the root can
    check: (root, at) => solve(root, at, epsilon, 0, 1, w, 0),
  };
};
