/** Sums and extremes over axes. Of a spread value only the part before the spreading is summed; constant factors move outwards. */
import { mul } from './arithmetic.js';
import { expand } from './broadcast.js';
import { type Builder, int64s, isOperation } from './builder.js';
import { constantFactor } from './factors.js';
import { reshape } from './shapes.js';
import { type Shape, sizeOf, type Value } from './value.js';

/** `shape` with axes of length 1 in place of the named ones, or without them. */
export const reducedShape = (shape: Shape, axes: readonly number[], keep: boolean): Shape =>
  shape.flatMap((extent, i) => (axes.includes(i) ? (keep ? [1] : []) : [extent]));

export type Reduction = 'ReduceSum' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd';

const emit = (b: Builder, op: Reduction, x: Value, axes: readonly number[], keep: boolean): Value => {
  const attributes = { keepdims: { int: keep ? 1 : 0 } };
  return b.operation(op, [x, int64s(b, axes)], attributes, reducedShape(x.shape, axes, keep), x.dtype);
};

/** Over the named axes, which stay with length 1 when `keep`. */
export const reduce = (b: Builder, op: Reduction, x: Value, axes: readonly number[], keep = false): Value => {
  const shape = reducedShape(x.shape, axes, keep);
  const long = axes.filter((axis) => x.shape[axis] !== 1);
  if (long.length === 0) return reshape(b, x, shape);
  if (op === 'ReduceSum') return reshape(b, sumKept(b, x, long, keep && long.length === axes.length), shape);
  return long.length === axes.length ? emit(b, op, x, axes, keep) : reshape(b, emit(b, op, x, long, false), shape);
};

export const sum = (b: Builder, x: Value, axes: readonly number[], keep = false): Value =>
  reduce(b, 'ReduceSum', x, axes, keep);

const sumKept = (b: Builder, x: Value, axes: readonly number[], keep: boolean): Value => {
  const shape = reducedShape(x.shape, axes, keep);
  if (x.dtype === 'float32' && b.rewrites.algebra) {
    if (x.kind === 'splat') return b.splat((x.number * sizeOf(x.shape)) / sizeOf(shape), shape);
    const factor = constantFactor(x);
    if (factor) return mul(b, sum(b, factor[0], axes, keep), b.splat(factor[1], []));
  }
  if (x.dtype === 'float32' && b.rewrites.spreads && isOperation(x, 'Expand')) {
    const copies = sumOfCopies(b, x.inputs[0]!, x.shape, axes);
    if (copies) return reshape(b, copies, shape);
  }
  return emit(b, 'ReduceSum', x, axes, keep);
};

/** The sum of `source` spread to `shape`, where that means multiplying. */
const sumOfCopies = (b: Builder, source: Value, shape: Shape, axes: readonly number[]): Value | undefined => {
  const lead = shape.length - source.shape.length;
  const extentOf = (axis: number): number => source.shape[axis - lead] ?? 1;
  const copied = axes.filter((axis) => extentOf(axis) === 1);
  if (copied.length === 0) return undefined;
  const copies = copied.reduce((product, axis) => product * shape[axis]!, 1);
  const inner = axes.filter((axis) => axis >= lead).map((axis) => axis - lead);
  const once = mul(b, sum(b, source, inner, axes.length - inner.length < lead), b.splat(copies, []));
  return expand(b, once, reducedShape(shape, axes, axes.length - inner.length < lead));
};
