/** Sums, extremes, running sums and what is made of them. */
import { cast, div, mul, sub, unary } from '../../graph/arithmetic.js';
import type { Builder } from '../../graph/builder.js';
import { type Reduction, reduce, sum } from '../../graph/reductions.js';
import { sizeOf, type Value } from '../../graph/value.js';
import type { Attributes, Emitter, Kernels } from './kernel.js';

/** Non-negative, rising; all axes where none is named. */
const axesOf = (x: Value, { has, list }: Attributes): readonly number[] => {
  const name = has('reductionIndices') ? 'reductionIndices' : 'axis';
  const named = has(name) ? list(name) : x.shape.map((_, i) => i);
  return named.map((axis) => (axis < 0 ? axis + x.shape.length : axis)).sort((p, q) => p - q);
};
const counted = (b: Builder, x: Value): Value => (x.dtype === 'bool' ? cast(b, x, 'int32') : x);
const reduction =
  (op: Reduction): Emitter =>
  (b, { x }, attributes) =>
    reduce(b, op, counted(b, x!), axesOf(x!, attributes), attributes.flag('keepDims'));

const lastAxis = (x: Value, { number }: Attributes): number => {
  const axis = number('dim', x.shape.length - 1);
  return axis < 0 ? axis + x.shape.length : axis;
};

export const reductionKernels: Kernels = {
  Sum: reduction('ReduceSum'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  Mean: (b, { x }, attributes) => {
    const total = sum(b, cast(b, x!, 'float32'), axesOf(x!, attributes), attributes.flag('keepDims'));
    return mul(b, total, b.splat(sizeOf(total.shape) / sizeOf(x!.shape), []));
  },
  Cumsum: (b, { x }, { number, flag }) => {
    const axis = b.constant(BigInt64Array.of(BigInt(number('axis'))), []);
    const attributes = {
      exclusive: { int: flag('exclusive') ? 1 : 0 },
      reverse: { int: flag('reverse') ? 1 : 0 },
    };
    return b.operation('CumSum', [x!, axis], attributes, x!.shape, x!.dtype);
  },
  Softmax: (b, { logits }, attributes) => {
    const axis = [lastAxis(logits!, attributes)];
    const powers = unary(b, 'Exp', sub(b, logits!, reduce(b, 'ReduceMax', logits!, axis, true)));
    return div(b, powers, sum(b, powers, axis, true));
  },
};
