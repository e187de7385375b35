/**
 * The linearised kernel where J is known by its products alone, for large states. The mean is exact to rounding by Krylov spaces (numerics/krylov.ts),
 *
 *     m = y + τ φ₁(Jτ) f + τ² φ₂(Jτ) a
 *
 * and the root L is never formed; its entries are the lag and the point, [τ, s, y], and its products are
 *
 *     symmetric J, G = g I    L = v(J)^½, v(j) = ∫₀^τ e^{2j(τ−u)} g(s + u)² du: exact, a Krylov run a product
 *     any J, G diagonal       L = (I + ½ τ J) √τ G, so L Lᵀ = Qτ + ½ (J Q + Q Jᵀ) τ² + ¼ τ³ J Q Jᵀ: the small-lag covariance, positive definite as it stands;
 *                             needs Jᵀ, noise that is constant in time, and ‖J‖₂ τ ≤ 0.15, where its relative error 5/12 (‖J‖₂ τ)² is below 1 %
 *
 * Variances of coordinates are estimated with one vector of signs, ε ∘ (Σ ε), the determinant takes d runs.
 *
 * Throws E_COVARIANCE for a lag that is too long for either, E_CAPABILITY where Jᵀ is not to be had or the noise is of another kind.
 */
import type { ActionForm, Batch } from '../contracts/index.js';
import { createMatrixFunction, type SmallFunction } from '../numerics/krylov.js';
import { createActionPoint } from '../structures/action.js';
import { type ActionRoot, mostVectors, tooLong } from './action-root.js';
import { exactRoot } from './exact-root.js';
import { phiOfSmall } from './krylov-functions.js';
import type { KernelFill, LinearisationWay, LinearisedProcess } from './linearised-process.js';
import { smallLagRoot } from './small-lag-root.js';

export const action: LinearisationWay = (process) => {
  const { jacobian, diffusion } = process;
  if (jacobian.structure !== 'action') return undefined;
  const exact = jacobian.symmetric === true && diffusion.structure === 'scalar';
  const root = exact ? exactRoot(process, jacobian) : smallLagRoot(process, jacobian);
  return { form: root.form, fill: createFill(process, jacobian, root.check) };
};

const createFill = ({ dim: d }: LinearisedProcess, jacobian: ActionForm, check: ActionRoot['check']): KernelFill => {
  const point = createActionPoint(jacobian, d);
  const krylov = createMatrixFunction(d, mostVectors);
  const shift = new Float64Array(d);
  const phi = phiOfSmall(Math.min(d, mostVectors));
  const length = 2 + d;
  /** mean of row i += F(J) v, v row i of `of`. */
  const add = (of: Batch, i: number, F: SmallFunction, tau: number, mean: Batch): void => {
    if (!krylov(point.times, of.data, i * d, F, 1, shift, 0)) {
      tooLong(`row ${i}`, tau, `its mean does not settle in ${mostVectors} Krylov vectors`, 'a lag of a few ‖J‖⁻¹');
    }
    for (let k = 0; k < d; k++) mean.data[i * d + k]! += shift[k]!;
  };
  return (ys, f, J, a, _s, lag, mean, root) => {
    for (let i = 0; i < ys.n; i++) {
      const tau = lag[i]!;
      point.moveTo(J, i * (1 + d));
      root[i * length] = tau;
      for (let k = 0; k <= d; k++) root[i * length + 1 + k] = J[i * (1 + d) + k]!;
      check(root, i * length, i);
      for (let k = i * d; k < (i + 1) * d; k++) mean.data[k] = ys.data[k]!;
      add(f, i, phi(1, tau), tau, mean);
      if (a !== undefined) add(a, i, phi(2, tau), tau, mean);
    }
  };
};
