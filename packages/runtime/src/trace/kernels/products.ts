/** Matrix products. Leading axes of length 1, which layers of other libraries add, are dropped: what is left is a Gemm. */
import { add, unary } from '../../graph/arithmetic.js';
import { broadcastShape } from '../../graph/broadcast.js';
import type { Builder } from '../../graph/builder.js';
import { matMul } from '../../graph/products.js';
import { reshape, transpose } from '../../graph/shapes.js';
import { sizeOf, type Value } from '../../graph/value.js';
import type { Attributes, Emitter, Kernels } from './kernel.js';

const lastTwoSwapped = (b: Builder, x: Value): Value => {
  const rank = x.shape.length;
  return transpose(
    b,
    x,
    x.shape.map((_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i)),
  );
};

const product = (b: Builder, x: Value, y: Value, transposeX: boolean, transposeY: boolean): Value => {
  const lead = broadcastShape([x.shape.slice(0, -2), y.shape.slice(0, -2)]);
  const rows = x.shape.at(transposeX ? -1 : -2)!;
  const columns = y.shape.at(transposeY ? -2 : -1)!;
  if (sizeOf(lead) === 1) {
    const flat = (value: Value) => reshape(b, value, value.shape.slice(-2));
    return reshape(b, matMul(b, flat(x), flat(y), transposeX, transposeY), [...lead, rows, columns]);
  }
  const turned = [transposeX ? lastTwoSwapped(b, x) : x, transposeY ? lastTwoSwapped(b, y) : y];
  return b.operation('MatMul', turned, {}, [...lead, rows, columns], 'float32');
};

const batchMatMul: Emitter = (b, inputs, { flag }) =>
  product(b, inputs.a!, inputs.b!, flag('transposeA'), flag('transposeB'));

/** The activations that tfjs fuses, by its names. */
const activate = (b: Builder, x: Value, { has, text, number }: Attributes): Value => {
  const name = has('activation') ? text('activation') : 'linear';
  if (name === 'leakyrelu') {
    return b.operation('LeakyRelu', [x], { alpha: { float: number('leakyreluAlpha', 0.2) } }, x.shape, x.dtype);
  }
  return name === 'linear' ? x : unary(b, `${name[0]!.toUpperCase()}${name.slice(1)}`, x);
};

export const productKernels: Kernels = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: (b, inputs, attributes) => {
    const { flag } = attributes;
    const value = product(b, inputs.a!, inputs.b!, flag('transposeA'), flag('transposeB'));
    return activate(b, inputs.bias ? add(b, value, inputs.bias) : value, attributes);
  },
};
