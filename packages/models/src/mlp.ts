/**
 * A multilayer perceptron for the score, in the basis of the noise range.
 *
 *     h₀ = [y, φ, e(t)]                          y [n, d], features φ [n, k], time embedding e [n, 1 + 2K], none for a density
 *     h_l = a(h_{l−1} W_l + b_l),  l = 1 … depth  W₁ [·, width], W_l [width, width]
 *     s = gain(t) (h_depth W + b)                [n, r]
 *
 * The gain 1/σ̄(t) depends on time alone, so the minimiser of a score-matching loss is kept (MATH §5.10).
 *
 * Activations with linear tails (silu, gelu, softplus) extrapolate linearly in the drift feature, which is what keeps reversed paths together off the data.
 */
import { defineModel } from '@fokker/core';
import { activations, concat, mul, reshape, type Tensor2D } from '@fokker/ops';
import { z } from 'zod';
import { perceptron, perceptronOptions } from './perceptron.js';
import { timeColumns } from './time-embedding.js';

const { width, depth, timeFrequencies, highestFrequency } = perceptronOptions;
const options = z.strictObject({
  width,
  depth,
  activation: z.enum(Object.keys(activations)).default('silu').describe('activation of the hidden layers'),
  timeFrequencies,
  highestFrequency,
});

export const mlp = defineModel({
  id: 'mlp',
  summary: 'multilayer perceptron on states, features and embedded time',
  options,
  smoothness: ({ activation }) => activations[activation]!.continuousDerivatives,
  create({ timeFrequencies, highestFrequency, ...shape }, context) {
    const { dim, featureDim, outputDim } = context;
    const time = timeColumns(context, timeFrequencies, highestFrequency);
    const layers = perceptron({ ...shape, inputs: dim + featureDim + time.dim, outputs: outputDim, bias: true });
    return {
      kind: 'score',
      init: layers.init,
      apply(params, inputs): Tensor2D {
        const features = featureDim > 0 ? [inputs.features!] : [];
        const shown = [inputs.y!, ...features, ...time.of(inputs.t!)];
        return mul(layers.apply(params, concat(shown, 1)), reshape(inputs.gain!, [inputs.gain!.size, 1]));
      },
    };
  },
});
