/**
 * What the network sees beside y. For a nonlinear process of few dimensions that is the drift itself (MATH §5.10):
 *
 *     φ(y, t) = f(y, t),    J_φ w = J(y, t) w
 *
 * The minimiser stays the same; where a strongly contracted direction is driven by a noisy one the score off the data is nearly affine in f and wildly nonlinear in y, so
 * a network that is linear in its tails extrapolates rightly. Affine drifts would add nothing to y, and large states would double the network's input.
 */
import type { FeatureField } from '../contracts/capabilities.js';
import type { Sde } from '../contracts/sde.js';
import { finiteDifferenceJacobian, jacobianLength, jacobianVector } from '../numerics/index.js';

/** The largest dimension in which the drift is shown to the network unasked. */
const fewDimensions = 8;

/** The drift as features of a nonlinear process of dimension ≤ 8, else undefined. */
export const defaultFeatures = (sde: Sde): FeatureField | undefined => {
  if (sde.affine || sde.dim > fewDimensions) return undefined;
  const jacobian = sde.jacobian ?? finiteDifferenceJacobian(sde);
  return {
    dim: sde.dim,
    evaluate: (y, t, out) => sde.drift(y, t, out),
    jvp(y, t, w, out) {
      const entries = new Float64Array(y.n * jacobianLength(jacobian, sde.dim));
      jacobian.entries(y, t, entries);
      jacobianVector(jacobian, sde.dim, entries, w, out);
    },
  };
};

/** The features of a process: its own, else the default ones. */
export const featuresOf = (sde: Sde): FeatureField | undefined => sde.features ?? defaultFeatures(sde);
