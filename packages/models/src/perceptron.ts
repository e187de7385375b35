/**
 * What perceptrons share: layers x ↦ x W + b, their names, their parameters at the start.
 *
 * Initial weights: W₁ ~ N(0, 1/fan-in), for inputs of order one; W_l ~ N(0, 2/fan-in), which keeps the size of activations that are half open on average; biases
 * and the last layer are zero, so training starts from zero. Row i of W_l is a function of (key, l, i) alone.
 */
import { fillNormal, type Key, type Params, type TensorMap } from '@fokker/core';
import { activations, add, matMul, type Tensor, type Tensor2D } from '@fokker/ops';
import { z } from 'zod';
import { layOut, type NamedShape } from './layout.js';

export const perceptronOptions = {
  width: z.int().min(1).max(4096).default(128).describe('units per hidden layer'),
  depth: z.int().min(1).max(16).default(3).describe('hidden layers'),
  timeFrequencies: z.int().min(0).max(64).default(8).describe('K, waves of the time embedding'),
  highestFrequency: z.number().min(1).default(64).describe('Ω, radians over the span of the fastest wave'),
};

export interface PerceptronShape {
  readonly inputs: number;
  readonly width: number;
  readonly depth: number;
  readonly outputs: number;
  readonly activation: string;
  /** Of the last layer. */
  readonly bias: boolean;
}

export interface Perceptron {
  init(key: Key): Params;
  apply(params: TensorMap, x: Tensor): Tensor2D;
}

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

export const perceptron = ({ inputs, width, depth, outputs, activation, bias }: PerceptronShape): Perceptron => {
  const activate = activations[activation]!.apply;
  const widths = [inputs, ...Array<number>(depth).fill(width), outputs];
  const names = Array.from({ length: depth + 1 }, (_, l) => (l === depth ? 'output' : `hidden${l + 1}`));
  const arrays = names.flatMap((name, l) => [
    { name: `${name}/weight`, shape: [widths[l]!, widths[l + 1]!] },
    ...(l < depth || bias ? [{ name: `${name}/bias`, shape: [widths[l + 1]!] }] : []),
  ]);
  return {
    init: (key) => initialise(arrays, depth, key),
    apply(params, x) {
      let h = x;
      for (let l = 0; l < depth; l++) {
        h = activate(add(matMul(h, params[`${names[l]!}/weight`]!), params[`${names[l]!}/bias`]!));
      }
      const last = matMul(h, params['output/weight']!);
      return bias ? add(last, params['output/bias']!) : last;
    },
  };
};
