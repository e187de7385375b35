/** Sums, largest elements and products: operators that combine elements. */
import { BatchMatMul, Max, Sum, type Tensor, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { add, exp, log, mul, neg, square, sub } from './elementwise.js';
import { runKernel, type Shape, show } from './kernel.js';
import { reshape } from './shapes.js';

export type Axis = number | Shape;

/** Axes as non-negative numbers in rising order; all of them when none is named. */
const axesOf = (x: Tensor, axis?: Axis): number[] => {
  if (axis === undefined) return x.shape.map((_, i) => i);
  const axes = (typeof axis === 'number' ? [axis] : [...axis]).map((i) => (i < 0 ? i + x.rank : i));
  axes.sort((a, b) => a - b);
  if (axes.some((i, k) => !(i >= 0 && i < x.rank) || i === axes[k - 1])) {
    throw new Error(`no axes ${JSON.stringify(axis)} in a tensor of shape ${show(x.shape)}`);
  }
  return axes;
};

/** `shape` with the named axes of length 1. */
export const keptShape = (shape: Shape, axes: Shape): number[] =>
  shape.map((length, i) => (axes.includes(i) ? 1 : length));

export const sum = <T extends Tensor = Tensor>(x: Tensor, axis?: Axis): T =>
  runKernel(Sum, { x }, { axis: axesOf(x, axis), keepDims: false, xShape: x.shape });

export const mean = <T extends Tensor = Tensor>(x: Tensor, axis?: Axis): T =>
  tidy(() => {
    const total = sum(x, axis);
    return mul<T>(total, total.size / x.size);
  });

/** The largest element along the axes; tied elements share the derivative. */
export const max = <T extends Tensor = Tensor>(x: Tensor, axis?: Axis): T =>
  runKernel(Max, { x }, { reductionIndices: axesOf(x, axis), keepDims: false });
export const min = <T extends Tensor = Tensor>(x: Tensor, axis?: Axis): T => tidy(() => neg(max<T>(neg(x), axis)));

/** log Σ e^x along one axis, shifted by the largest element. */
export const logSumExp = <T extends Tensor = Tensor>(x: Tensor, axis = -1): T =>
  tidy(() => {
    const largest = max(x, axis);
    const shifted = sub(x, reshape(largest, keptShape(x.shape, axesOf(x, axis))));
    return add<T>(largest, log(sum(exp(shifted), axis)));
  });

/** e^x / Σ e^x along the last axis. */
export const softmax = <T extends Tensor>(x: T): T =>
  tidy(() => exp(sub<T>(x, reshape(logSumExp(x), keptShape(x.shape, [x.rank - 1])))));

/** A B for A [n, k] and B [k, m]. */
export const matMul = (a: Tensor, b: Tensor): Tensor2D => {
  if (a.rank !== 2 || b.rank !== 2 || a.shape[1] !== b.shape[0]) {
    throw new Error(`matMul: [n, k] and [k, m] expected, got ${show(a.shape)} and ${show(b.shape)}`);
  }
  return runKernel(BatchMatMul, { a, b }, { transposeA: false, transposeB: false });
};

const rows = (name: string, x: Tensor): void => {
  if (x.rank !== 2) throw new Error(`${name}: rows [n, d] expected, got ${show(x.shape)}`);
};

/** Σ_j a_ij b_ij for rows a, b [n, d]: [n]. */
export const dot = (a: Tensor, b: Tensor): Tensor1D => {
  rows('dot', a);
  rows('dot', b);
  return tidy(() => sum<Tensor1D>(mul(a, b), 1));
};

/** Σ_j a_ij² for rows a [n, d]: [n]. */
export const squaredNorm = (a: Tensor): Tensor1D => {
  rows('squaredNorm', a);
  return tidy(() => sum<Tensor1D>(square(a), 1));
};
