/**
 * What denoising objectives share behind the bridge: the loss of a row with score s, target g and weight w, in the basis of the noise range.
 *
 *     squared error   ½ Σ_j w_j (s_j − g_j)²
 *     Stein form      ½ Σ_j w_j s_j (s_j − 2γ g_j)       γ = 1: the same less ½ Σ_j w_j g_j², which is free of parameters
 */
import type { Tensors, TracedModel } from '@fokker/core';
import { dot, mul, square, sub, type Tensor1D } from '@fokker/ops';

/** [n] */
export const squaredError = (model: TracedModel, tensors: Tensors): Tensor1D => {
  const { target, weight } = tensors;
  return mul(0.5, dot(weight!, square(sub(model.score(tensors), target!))));
};

/** [n] */
export const steinForm =
  (gamma: number) =>
  (model: TracedModel, tensors: Tensors): Tensor1D => {
    const { target, weight } = tensors;
    const s = model.score(tensors);
    return mul(0.5, dot(mul(weight!, s), sub(s, mul(2 * gamma, target!))));
  };

/** ½ ‖s‖²_W, [n] */
export const halfSquare = (model: TracedModel, tensors: Tensors): Tensor1D =>
  mul(0.5, dot(tensors.weight!, square(model.score(tensors))));
