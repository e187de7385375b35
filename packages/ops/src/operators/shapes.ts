/** Rearranging: the elements stay, their places change. */
import { Concat, ones, PadV2, Reshape, Slice, type Tensor, Transpose, tidy } from '@tensorflow/tfjs-core';
import { mul } from './elementwise.js';
import { runKernel, type Shape, show, sizeOf } from './kernel.js';

export const reshape = <T extends Tensor = Tensor>(x: Tensor, shape: Shape): T => {
  if (sizeOf(shape) !== x.size) throw new Error(`reshape: ${x.size} elements do not fill ${show(shape)}`);
  return runKernel(Reshape, { x }, { shape: [...shape], xShape: x.shape });
};

/** Inserts an axis of length 1. */
export const expandDims = <T extends Tensor = Tensor>(x: Tensor, axis: number): T => {
  const at = axis < 0 ? axis + x.rank + 1 : axis;
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
};

/** Axis i of the result is axis `order[i]` of x; by default all axes are reversed. */
export const transpose = <T extends Tensor>(x: T, order?: Shape): T =>
  runKernel(Transpose, { x }, { perm: order ? [...order] : x.shape.map((_, i) => x.rank - 1 - i) });

/** Copies of x along axes of length 1, or along new leading axes. A product with ones is several times faster than tiling on the wasm backend. */
export const broadcastTo = <T extends Tensor = Tensor>(x: Tensor, shape: Shape): T =>
  tidy(() => mul<T>(x, ones([...shape])));

/** The block of `size` that begins at `begin`, one number an axis. */
export const slice = <T extends Tensor = Tensor>(x: Tensor, begin: Shape, size: Shape): T => {
  const inside = x.shape.every((length, i) => begin[i]! >= 0 && size[i]! >= 0 && begin[i]! + size[i]! <= length);
  if (begin.length !== x.rank || size.length !== x.rank || !inside) {
    throw new Error(`slice: no block of ${show(size)} at ${show(begin)} in ${show(x.shape)}`);
  }
  return runKernel(Slice, { x }, { begin: [...begin], size: [...size], xShape: x.shape });
};

/** x surrounded by zeros: `before[i]` and `after[i]` of them along axis i. */
export const pad = <T extends Tensor = Tensor>(x: Tensor, before: Shape, after: Shape): T =>
  runKernel(
    PadV2,
    { x },
    { paddings: before.map((b, i) => [b, after[i]!]), constantValue: 0, xShape: x.shape, before: [...before] },
  );

/** Tensors one after the other along an axis. */
export const concat = <T extends Tensor = Tensor>(tensors: readonly Tensor[], axis = 0): T => {
  const first = tensors[0];
  if (!first) throw new Error('concat: at least one tensor expected');
  const at = axis < 0 ? axis + first.rank : axis;
  const fits = tensors.every((x) => x.rank === first.rank && x.shape.every((n, i) => i === at || n === first.shape[i]));
  if (!fits || !(at < first.rank)) {
    throw new Error(`concat: shapes differ beyond axis ${axis}: ${tensors.map((x) => show(x.shape)).join(', ')}`);
  }
  return runKernel(Concat, tensors, {
    axis: at,
    lengths: tensors.map((x) => x.shape[at]!),
  });
};
