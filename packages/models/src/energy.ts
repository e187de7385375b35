/**
 * An energy network: a multilayer perceptron for a potential, log p_t up to a function of time, whose gradient is the score.
 *
 *     h₀ = [ỹ, e(t)]                              ỹ_j = y_j/ȳ_j(t) [n, d], time embedding e [n, 1 + 2K], none for a density
 *     h_l = a(h_{l−1} W_l + b_l),  l = 1 … depth
 *     f = γ(t) ℓ(t) h_depth w                     [n];  no last bias, which no score depends on
 *     s = Bᵀ ∇f                                   [n, r]
 *
 * The gain γ = 1/σ̄(t) and the length ℓ(t) = d/Σ_j ȳ_j(t)⁻¹ depend on time alone: with them h_depth w is of order one where the score is of size 1/σ̄.
 *
 * Features of the process are not read: they are functions of y, and their Jacobian would be needed.
 * A denoising loss takes second derivatives of this network, a divergence third ones, so activations with a kink are not offered.
 */
import { defineModel, type ScoreModel } from '@fokker/core';
import { activations, concat, div, mean, mul, reshape, type Tensor1D } from '@fokker/ops';
import { z } from 'zod';
import { perceptron, perceptronOptions } from './perceptron.js';
import { scoreOf } from './potential.js';
import { timeColumns } from './time-embedding.js';

const { width, depth, timeFrequencies, highestFrequency } = perceptronOptions;
/** Those whose gradient is continuous. */
const smooth = Object.keys(activations).filter((id) => activations[id]!.continuousDerivatives >= 1);
const options = z.strictObject({
  width,
  depth,
  activation: z.enum(smooth).default('silu').describe('activation of the hidden layers'),
  timeFrequencies,
  highestFrequency,
});

export const energy = defineModel({
  id: 'energy',
  summary: 'multilayer perceptron for log p_t; the score is its gradient',
  options,
  // The score is a derivative of what the activations make.
  smoothness: ({ activation }) => activations[activation]!.continuousDerivatives - 1,
  create({ timeFrequencies, highestFrequency, ...shape }, context) {
    const time = timeColumns(context, timeFrequencies, highestFrequency);
    const layers = perceptron({ ...shape, inputs: context.dim + time.dim, outputs: 1, bias: false });
    const potential: NonNullable<ScoreModel['potential']> = (params, { y, t, gain, inverseScale }) => {
      const value = reshape<Tensor1D>(layers.apply(params, concat([y!, ...time.of(t!)], 1)), [y!.shape[0]!]);
      return mul(value, div(gain!, mean(inverseScale!, 1)));
    };
    return { kind: 'potential', init: layers.init, potential, apply: scoreOf(potential, context) };
  },
});
