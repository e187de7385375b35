/**
 * A multilayer perceptron for the score, in the basis of the noise range.
 *
 *     h₀ = [y, φ, e(t)]                          y [n, d], features φ [n, k], time embedding e [n, 1 + 2K]
 *     h_l = a(h_{l−1} W_l + b_l),  l = 1 … depth  W₁ [·, width], W_l [width, width]
 *     s = gain(t) (h_depth W + b)                [n, r]
 *
 * The gain 1/σ̄(t) depends on time alone, so the minimiser of a score-matching loss is kept (MATH §5.10).
 *
 * Initial weights: W₁ ~ N(0, 1/fan-in), for inputs of order one; W_l ~ N(0, 2/fan-in), which keeps the size of activations that are half open on average; biases
 * and the last layer are zero, so training starts from s = 0. Row i of W_l is a function of (key, l, i) alone.
 *
 * Activations with linear tails (silu, gelu, softplus) extrapolate linearly in the drift feature, which is what keeps reversed paths together off the data.
 */
import { defineModel, fillNormal, type Key, type Params } from '@fokker/core';
import { activations, add, concat, matMul, mul, reshape, type Tensor, type Tensor2D } from '@fokker/ops';
import { z } from 'zod';
import { layOut, type NamedShape } from './layout.js';
import { timeEmbedding } from './time-embedding.js';

const options = z.strictObject({
  width: z.int().min(1).max(4096).default(128).describe('units per hidden layer'),
  depth: z.int().min(1).max(16).default(3).describe('hidden layers'),
  activation: z.enum(Object.keys(activations)).default('silu').describe('activation of the hidden layers'),
  timeFrequencies: z.int().min(0).max(64).default(8).describe('K, waves of the time embedding'),
  highestFrequency: z.number().min(1).default(64).describe('Ω, radians over the span of the fastest wave'),
});

const initialise = (arrays: readonly NamedShape[], depth: number, key: Key): Params => {
  const { layout, length } = layOut(arrays);
  const data = new Float32Array(length);
  for (let l = 1; l <= depth; l++) {
    const { shape, offset } = layout[2 * (l - 1)]!;
    const [fanIn, fanOut] = shape as [number, number];
    const draws = new Float64Array(fanIn * fanOut);
    fillNormal(key.at('mlp', l), 0, fanIn, fanOut, draws);
    const deviation = Math.sqrt((l === 1 ? 1 : 2) / fanIn);
    for (let i = 0; i < draws.length; i++) data[offset + i] = deviation * draws[i]!;
  }
  return { layout, data };
};

export const mlp = defineModel({
  id: 'mlp',
  summary: 'multilayer perceptron on states, features and embedded time',
  options,
  smoothness: ({ activation }) => activations[activation]!.continuousDerivatives,
  create({ width, depth, activation, timeFrequencies, highestFrequency }, { dim, featureDim, outputDim }) {
    const activate = activations[activation]!.apply;
    const time = timeEmbedding(timeFrequencies, highestFrequency);
    const widths = [dim + featureDim + time.dim, ...Array<number>(depth).fill(width), outputDim];
    const names = Array.from({ length: depth + 1 }, (_, l) => (l === depth ? 'output' : `hidden${l + 1}`));
    const arrays = names.flatMap((name, l) => [
      { name: `${name}/weight`, shape: [widths[l]!, widths[l + 1]!] },
      { name: `${name}/bias`, shape: [widths[l + 1]!] },
    ]);

    return {
      kind: 'score',
      init: (key) => initialise(arrays, depth, key),
      apply(params, inputs): Tensor2D {
        const affine = (name: string, x: Tensor): Tensor2D =>
          add(matMul(x, params[`${name}/weight`]!), params[`${name}/bias`]!);
        const embedded = time.apply(inputs.t!);
        const shown = featureDim > 0 ? [inputs.y!, inputs.features!, embedded] : [inputs.y!, embedded];
        let h: Tensor = concat(shown, 1);
        for (let l = 0; l < depth; l++) h = activate(affine(names[l]!, h));
        return mul(affine('output', h), reshape(inputs.gain!, [inputs.gain!.size, 1]));
      },
    };
  },
});
