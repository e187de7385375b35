/** Rearranging: the elements stay, their places change. */
import { type Builder, int64s, isOperation } from './builder.js';
import { behind, behindAll } from './factors.js';
import { type OperationValue, type Shape, sameShape, type Value } from './value.js';

/** A list that an operation reads as a constant operand. */
export const listOperand = (value: OperationValue, i: number): number[] => {
  const operand = value.inputs[i];
  return operand?.kind === 'constant' ? Array.from(operand.elements, Number) : [];
};

export const reshape = (b: Builder, x: Value, shape: Shape): Value => {
  if (sameShape(x.shape, shape)) return x;
  if (x.kind === 'splat') return b.splat(x.number, shape, x.dtype);
  if (x.kind === 'constant') return b.constant(x.elements, shape);
  if (b.rewrites.folding && isOperation(x, 'Reshape')) return reshape(b, x.inputs[0]!, shape);
  return behind(b, x, (x) => reshape(b, x, shape)) ?? reshaped(b, x, shape);
};

const reshaped = (b: Builder, x: Value, shape: Shape): Value =>
  b.operation('Reshape', [x, int64s(b, shape)], {}, shape, x.dtype);

/** Axis i of the result is axis `order[i]` of x. */
export const transpose = (b: Builder, x: Value, order: readonly number[]): Value => {
  const shape = order.map((axis) => x.shape[axis]!);
  if (order.every((axis, i) => axis === i)) return x;
  if (x.kind === 'splat') return b.splat(x.number, shape, x.dtype);
  if (b.rewrites.folding) {
    const long = order.filter((axis) => x.shape[axis] !== 1);
    if (long.every((axis, i) => i === 0 || axis > long[i - 1]!)) return reshape(b, x, shape);
    if (isOperation(x, 'Transpose')) {
      const inner = permutationOf(x);
      return transpose(
        b,
        x.inputs[0]!,
        order.map((axis) => inner[axis]!),
      );
    }
  }
  const behindFactor = behind(b, x, (x) => transpose(b, x, order));
  return behindFactor ?? b.operation('Transpose', [x], { perm: { ints: order } }, shape, x.dtype);
};

export const permutationOf = ({ attributes: { perm } }: OperationValue): readonly number[] =>
  perm && 'ints' in perm ? perm.ints : [];

/** Tensors one after the other along an axis. */
export const concat = (b: Builder, parts: readonly Value[], axis: number): Value => {
  const first = parts[0]!;
  const length = parts.reduce((total, { shape }) => total + shape[axis]!, 0);
  const shape = first.shape.map((extent, i) => (i === axis ? length : extent));
  const full = parts.filter((part) => part.shape[axis] !== 0);
  if (full.length === 1) return full[0]!;
  if (first.kind === 'splat' && full.every((part) => part.kind === 'splat' && Object.is(part.number, first.number))) {
    return b.splat(first.number, shape, first.dtype);
  }
  const behindFactors = behindAll(b, full, (parts) => concat(b, parts, axis));
  return behindFactors ?? b.operation('Concat', full, { axis: { int: axis } }, shape, first.dtype);
};

/** The block from `begin` to `end` along each axis, every `step`-th element; a step is positive. */
export const slice = (b: Builder, x: Value, begin: Shape, end: Shape, step: Shape = begin.map(() => 1)): Value => {
  const shape = begin.map((from, i) => Math.max(0, Math.ceil((end[i]! - from) / step[i]!)));
  if (sameShape(shape, x.shape)) return x;
  if (x.kind === 'splat') return b.splat(x.number, shape, x.dtype);
  const plain = step.every((every) => every === 1);
  if (b.rewrites.folding && plain) {
    const moved = sliceOfSlice(b, x, begin, end) ?? sliceOfConcat(b, x, begin, end);
    if (moved) return moved;
  }
  const axes = shape.flatMap((extent, i) => (extent === x.shape[i] ? [] : [i]));
  const along = (list: Shape) =>
    int64s(
      b,
      axes.map((axis) => list[axis]!),
    );
  const bounds = [along(begin), along(end), int64s(b, axes), ...(plain ? [] : [along(step)])];
  return b.operation('Slice', [x, ...bounds], {}, shape, x.dtype);
};

const sliceOfSlice = (b: Builder, x: Value, begin: Shape, end: Shape): Value | undefined => {
  if (!isOperation(x, 'Slice') || x.inputs.length > 4) return undefined;
  const axes = listOperand(x, 3);
  const starts = listOperand(x, 1);
  const shift = (list: Shape) => list.map((at, i) => at + (starts[axes.indexOf(i)] ?? 0));
  return slice(b, x.inputs[0]!, shift(begin), shift(end));
};

const sliceOfConcat = (b: Builder, x: Value, begin: Shape, end: Shape): Value | undefined => {
  const axis = isOperation(x, 'Concat') ? x.attributes.axis : undefined;
  if (!isOperation(x, 'Concat') || !axis || !('int' in axis)) return undefined;
  const at = axis.int;
  let from = 0;
  for (const part of x.inputs) {
    const to = from + part.shape[at]!;
    if (from <= begin[at]! && end[at]! <= to) {
      const local = (list: Shape) => list.map((place, i) => (i === at ? place - from : place));
      return slice(b, part, local(begin), local(end));
    }
    from = to;
  }
  return undefined;
};

/** x surrounded by a number. */
export const pad = (b: Builder, x: Value, before: Shape, after: Shape, number = 0): Value => {
  if ([...before, ...after].every((width) => width === 0)) return x;
  const shape = x.shape.map((extent, i) => extent + before[i]! + after[i]!);
  if (x.kind === 'splat' && x.number === number) return b.splat(number, shape, x.dtype);
  return b.operation('Pad', [x, int64s(b, [...before, ...after]), b.splat(number, [], x.dtype)], {}, shape, x.dtype);
};
