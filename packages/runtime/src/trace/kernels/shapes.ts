/** Rearranging, and tensors that are made from numbers alone. */
import { cast, compare } from '../../graph/arithmetic.js';
import { expand } from '../../graph/broadcast.js';
import { type Builder, int64s } from '../../graph/builder.js';
import { concat, pad, reshape, slice, transpose } from '../../graph/shapes.js';
import { type DType, type Elements, type Shape, sizeOf, type Value } from '../../graph/value.js';
import type { Kernels } from './kernel.js';

const axisIn = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
const dtypeFrom = (name: string): DType => (name === 'int32' || name === 'bool' ? name : 'float32');

/** x repeated `times` along each axis. */
const tile = (b: Builder, x: Value, times: Shape): Value => {
  const shape = x.shape.map((extent, i) => extent * times[i]!);
  const spread = x.shape.every((extent, i) => extent === 1 || times[i] === 1);
  if (spread || x.kind === 'splat') return expand(b, x, shape);
  return b.operation('Tile', [x, int64s(b, times)], {}, shape, x.dtype);
};

const sequence = (b: Builder, length: number, at: (i: number) => number, dtype: DType): Value => {
  const numbers = Array.from({ length }, (_, i) => at(i));
  const elements: Elements = dtype === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers);
  return b.constant(elements, [length]);
};

/** The parts of x along an axis, with these lengths. */
const split = (b: Builder, x: Value, lengths: readonly number[], axis: number): Value[] => {
  let from = 0;
  return lengths.map((length) => {
    const begin = x.shape.map((_, i) => (i === axis ? from : 0));
    from += length;
    return slice(
      b,
      x,
      begin,
      x.shape.map((extent, i) => (i === axis ? from : extent)),
    );
  });
};

export const shapeKernels: Kernels = {
  Reshape: (b, { x }, { list }) => {
    const shape = list('shape');
    const rest = sizeOf(x!.shape) / sizeOf(shape.filter((extent) => extent >= 0));
    return reshape(
      b,
      x!,
      shape.map((extent) => (extent < 0 ? rest : extent)),
    );
  },
  ExpandDims: (b, { input }, { number }) => {
    const axis = axisIn(number('dim'), input!.shape.length + 1);
    return reshape(b, input!, [...input!.shape.slice(0, axis), 1, ...input!.shape.slice(axis)]);
  },
  Transpose: (b, { x }, { list }) => transpose(b, x!, list('perm')),
  Tile: (b, { x }, { list }) => tile(b, x!, list('reps')),
  BroadcastTo: (b, { x }, { list }) => expand(b, x!, list('shape')),
  Concat: (b, inputs, { number }) => {
    const parts = Object.values(inputs);
    return concat(b, parts, axisIn(number('axis'), parts[0]!.shape.length));
  },
  Pack: (b, inputs, { number }) => {
    const parts = Object.values(inputs);
    const { shape } = parts[0]!;
    const axis = axisIn(number('axis'), shape.length + 1);
    const layer = [...shape.slice(0, axis), 1, ...shape.slice(axis)];
    return concat(
      b,
      parts.map((x) => reshape(b, x, layer)),
      axis,
    );
  },
  Unpack: (b, { value }, { number }) => {
    const axis = axisIn(number('axis'), value!.shape.length);
    const shape = value!.shape.filter((_, i) => i !== axis);
    const ones = Array<number>(value!.shape[axis]!).fill(1);
    return split(b, value!, ones, axis).map((layer) => reshape(b, layer, shape));
  },
  SplitV: (b, { x }, { list, number, has }) => {
    const axis = has('axis') ? axisIn(number('axis'), x!.shape.length) : 0;
    const given = list('numOrSizeSplits');
    const extent = x!.shape[axis]!;
    const known = given.reduce((total, length) => total + Math.max(0, length), 0);
    const lengths =
      given.length === 1 && given[0]! > 0 && given[0] !== extent
        ? Array<number>(given[0]!).fill(extent / given[0]!)
        : given.map((length) => (length < 0 ? extent - known : length));
    return split(b, x!, lengths, axis);
  },
  Slice: (b, { x }, { list }) => {
    const begin = x!.shape.map((_, i) => list('begin')[i] ?? 0);
    const size = list('size');
    return slice(
      b,
      x!,
      begin,
      x!.shape.map((extent, i) => ((size[i] ?? -1) < 0 ? extent : begin[i]! + size[i]!)),
    );
  },
  Reverse: (b, { x }, { list }) =>
    list('dims').reduce((value: Value, dim) => {
      const at = axisIn(dim, value.shape.length);
      const bounds = [-1, -(value.shape[at]! + 1), at, -1].map((bound) => int64s(b, [bound]));
      return b.operation('Slice', [value, ...bounds], {}, value.shape, value.dtype);
    }, x!),
  PadV2: (b, { x }, { lists, number }) => {
    const widths = lists('paddings');
    return pad(
      b,
      x!,
      widths.map(([before]) => before!),
      widths.map(([, after]) => after!),
      number('constantValue', 0),
    );
  },
  ZerosLike: (b, { x }) => b.splat(0, x!.shape, x!.dtype),
  OnesLike: (b, { x }) => b.splat(1, x!.shape, x!.dtype),
  Fill: (b, _, { list, number, text, has }) =>
    b.splat(number('value'), list('shape'), has('dtype') ? dtypeFrom(text('dtype')) : 'float32'),
  Range: (b, _, { number, text }) => {
    const [start, step] = [number('start'), number('step')];
    const length = Math.max(0, Math.ceil((number('stop') - start) / step));
    return sequence(b, length, (i) => start + i * step, dtypeFrom(text('dtype')));
  },
  LinSpace: (b, _, { number }) => {
    const [start, stop, length] = [number('start'), number('stop'), number('num')];
    return sequence(b, length, (i) => (length > 1 ? start + ((stop - start) * i) / (length - 1) : start), 'float32');
  },
  OneHot: (b, { indices }, { number }) => {
    const depth = number('depth');
    const classes = sequence(b, depth, (i) => i, 'int32');
    const hit = compare(b, 'Equal', reshape(b, cast(b, indices!, 'int32'), [...indices!.shape, 1]), classes);
    const [on, off] = [number('onValue', 1), number('offValue', 0)];
    const ones = cast(b, hit, 'float32');
    return on === 1 && off === 0
      ? ones
      : b.operation('Where', [hit, b.splat(on, []), b.splat(off, [])], {}, hit.shape, 'float32');
  },
};
