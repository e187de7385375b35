/**
 * Arithmetic with broadcasting: a broadcast operand received copies of itself, so its cotangent is the sum over them.
 *
 * The product C = A B has Ā = C̄ Bᵀ and B̄ = Aᵀ C̄, written with explicit transposes: on the wasm backend a product with a transposition flag takes
 * several times as long as transpose and product together.
 */
import * as kernels from '@tensorflow/tfjs-core';
import { ones, type Tensor } from '@tensorflow/tfjs-core';
import { div, greaterEqual, indicator, less, mul, neg, square } from '../operators/elementwise.js';
import { sizeOf } from '../operators/kernel.js';
import { matMul, sum } from '../operators/reductions.js';
import { reshape, transpose } from '../operators/shapes.js';
import { declare, equalShapes, listFrom } from './registry.js';

/**
 * Sums `dy` over the axes along which an operand of `shape` was broadcast. Leading axes go by a product with a row of ones, several times faster than a
 * strided sum.
 */
const reduceTo = (dy: Tensor, shape: number[]): Tensor => {
  // A tensor of its own: the tape frees a cotangent once another is added to it, and the other operand may have the same.
  if (equalShapes(dy.shape, shape)) return reshape(dy, shape);
  const lead = dy.rank - shape.length;
  const size = sizeOf(shape);
  if (size > 1 && equalShapes(dy.shape.slice(lead), shape)) {
    const copies = dy.size / size;
    return reshape(matMul(ones([1, copies]), reshape(dy, [copies, size])), shape);
  }
  const axes = dy.shape.flatMap((length, i) => (i < lead || (shape[i - lead] === 1 && length > 1) ? [i] : []));
  return reshape(sum(dy, axes), shape);
};

/** Pullbacks that read the cotangent alone. */
const linear: Readonly<Record<string, { a(dy: Tensor): Tensor; b(dy: Tensor): Tensor }>> = {
  [kernels.Add]: { a: (dy) => dy, b: (dy) => dy },
  [kernels.Sub]: { a: (dy) => dy, b: (dy) => neg(dy) },
};
for (const [kernel, pullback] of Object.entries(linear)) {
  declare(kernel, [], (dy, _saved, attributes) => {
    // The tape adds cotangents by tfjs's own `add`: equal shapes, no attributes.
    const shape = (name: string) => (name in attributes ? listFrom(attributes, name) : dy.shape);
    return { a: () => reduceTo(pullback.a(dy), shape('aShape')), b: () => reduceTo(pullback.b(dy), shape('bShape')) };
  });
}

type Partial = (a: Tensor, b: Tensor, dy: Tensor) => Tensor;
const bilinear: Readonly<Record<string, { a: Partial; b: Partial }>> = {
  [kernels.Multiply]: { a: (_a, b, dy) => mul(dy, b), b: (a, _b, dy) => mul(dy, a) },
  [kernels.RealDiv]: { a: (_a, b, dy) => div(dy, b), b: (a, b, dy) => neg(div(mul(dy, a), square(b))) },
  [kernels.Maximum]: {
    a: (a, b, dy) => mul(dy, indicator(greaterEqual(a, b))),
    b: (a, b, dy) => mul(dy, indicator(less(a, b))),
  },
  [kernels.Minimum]: {
    a: (a, b, dy) => mul(dy, indicator(greaterEqual(b, a))),
    b: (a, b, dy) => mul(dy, indicator(less(b, a))),
  },
};
for (const [kernel, pullback] of Object.entries(bilinear)) {
  declare(kernel, ['a', 'b'], (dy, saved) => {
    const [a, b] = [saved[0]!, saved[1]!];
    return { a: () => reduceTo(pullback.a(a, b, dy), a.shape), b: () => reduceTo(pullback.b(a, b, dy), b.shape) };
  });
}

declare(kernels.BatchMatMul, ['a', 'b'], (dy, saved, { transposeA, transposeB }) => {
  if (transposeA || transposeB) throw new Error('matMul: write transpose(a) instead of a transposition flag');
  return { a: () => matMul(dy, transpose(saved[1]!)), b: () => matMul(transpose(saved[0]!), dy) };
});
