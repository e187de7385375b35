/**
 * The local-linear step on the reverse-time SDE: the drift linearised, the score held (core/numerics/schemes/local-linear.ts has the splitting and its reasons).
 *
 *     y⁺ = m + L z,   m and L Lᵀ of   dŷ = [ −f + Q s − J (ŷ − y) + f_t u ] du + G dW   over u in [0, |h|],  f, s and J at (y, t)
 *
 * In the process's clock where it has one. Weak and strong order 1, with the stiffness of the drift and the spread of degenerate noise exact: on a swimmer the position gets its
 * share of the velocity's noise within the step. One score evaluation a step. Noise of the state is refused.
 */
import { localLinear } from '@fokker/core';
import { reverseBy } from './reverse.js';

export const reverseLocalLinear = reverseBy(
  'reverse-local-linear',
  'the kernel of the linearised drift, score held: for stiff drifts and degenerate noise, one score evaluation a step',
  (sde) => localLinear(sde, -1),
  'additive',
);
