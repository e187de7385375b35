/** Matrix products. Leading axes of length 1, which layers of other libraries add, are dropped: what is left is a Gemm. */
import { add, clip, leakyRelu, unary } from '../../graph/arithmetic.js';
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

/** The activations that tfjs fuses into a product, by its names. */
const activations: Readonly<Record<string, (b: Builder, x: Value, attributes: Attributes) => Value>> = {
  linear: (_, x) => x,
  relu: (b, x) => unary(b, 'Relu', x),
  relu6: (b, x) => clip(b, x, 0, 6),
  elu: (b, x) => unary(b, 'Elu', x),
  sigmoid: (b, x) => unary(b, 'Sigmoid', x),
  leakyrelu: (b, x, { number }) => leakyRelu(b, x, number('leakyreluAlpha', 0.2)),
};

const activate = (b: Builder, x: Value, attributes: Attributes): Value => {
  const name = attributes.has('activation') ? attributes.text('activation') : 'linear';
  const apply = activations[name] ?? attributes.refuse('activation', Object.keys(activations).join(', '));
  return apply(b, x, attributes);
};

export const productKernels: Kernels = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: (b, inputs, attributes) => {
    const { flag } = attributes;
    const value = product(b, inputs.a!, inputs.b!, flag('transposeA'), flag('transposeB'));
    return activate(b, inputs.bias ? add(b, value, inputs.bias) : value, attributes);
  },
};
