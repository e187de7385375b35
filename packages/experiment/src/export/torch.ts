/**
 * Parameters as PyTorch has them: names with dots, `weight` [out, in] of a linear layer where ours is [in, out], [out, in, a, b] of a convolution where ours is
 * [a, b, in, out], `weight` and `bias` of a normalisation where ours are scale and shift.
 */
import type { Params } from '@fokker/core';
import type { NamedTensor, TensorFile } from '../formats/safetensors.js';

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/** Axis i of the result is axis `order[i]` of the array. */
const permuted = ({ data, shape }: NamedTensor, order: readonly number[]): NamedTensor => {
  const strides = shape.map((_, i) => sizeOf(shape.slice(i + 1)));
  const turned = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const out = new Float32Array(data.length);
  const index = new Array<number>(order.length).fill(0);
  for (let k = 0, from = 0; k < out.length; k++) {
    out[k] = data[from]!;
    for (let i = order.length - 1; i >= 0; i--) {
      from += steps[i]!;
      if (++index[i]! < turned[i]!) break;
      from -= steps[i]! * turned[i]!;
      index[i] = 0;
    }
  }
  return { data: out, shape: turned };
};

const inOrder = (tensor: NamedTensor): NamedTensor => {
  if (tensor.shape.length === 2) return permuted(tensor, [1, 0]);
  return tensor.shape.length === 4 ? permuted(tensor, [3, 2, 0, 1]) : tensor;
};

const ends: Readonly<Record<string, string>> = { scale: 'weight', shift: 'bias' };

export const torchTensors = ({ layout, data }: Params): TensorFile =>
  Object.fromEntries(
    layout.map(({ name, shape, offset }) => {
      const parts = name.split('/');
      const last = parts.pop()!;
      const tensor = { data: data.subarray(offset, offset + sizeOf(shape)), shape };
      return [[...parts, ends[last] ?? last].join('.'), last === 'weight' ? inOrder(tensor) : tensor];
    }),
  );
