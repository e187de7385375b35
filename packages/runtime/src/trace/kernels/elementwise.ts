/**
 * Functions of each element and arithmetic. Where ONNX has no such operation, or one that loses digits:
 *
 *     log(1 + x)  = 2 artanh(x / (x + 2))  for |x| < ½, else as written
 *     e^x − 1     = tanh(x/2) (e^x + 1)    for |x| < 1, else as written
 *     elu′        : ȳ (y ≥ 0 ? 1 : y + 1) from the output y
 */
import {
  add,
  cast,
  clip,
  compare,
  div,
  leakyRelu,
  maximum,
  minimum,
  mul,
  neg,
  power,
  sub,
  unary,
  where,
} from '../../graph/arithmetic.js';
import { broadcastShape, elementwise, pointwise } from '../../graph/broadcast.js';
import { type Builder, numberOf } from '../../graph/builder.js';
import { sameShape, type Value } from '../../graph/value.js';
import type { Emitter, Kernels } from './kernel.js';

type Binary = (b: Builder, x: Value, y: Value) => Value;
const binary =
  (f: Binary): Emitter =>
  (b, inputs) =>
    f(b, inputs.a!, inputs.b!);
const each =
  (f: (b: Builder, x: Value) => Value): Emitter =>
  (b, { x }) =>
    f(b, x!);
const named = (op: string): Emitter => each((b, x) => unary(b, op, x));
const number = (b: Builder, value: number): Value => b.splat(value, []);
const below = (b: Builder, x: Value, bound: number): Value => compare(b, 'Less', unary(b, 'Abs', x), number(b, bound));

const log1p = (b: Builder, x: Value): Value => {
  const near = mul(b, unary(b, 'Atanh', div(b, x, add(b, x, number(b, 2)))), number(b, 2));
  return where(b, below(b, x, 0.5), near, unary(b, 'Log', add(b, x, number(b, 1))));
};
const expm1 = (b: Builder, x: Value): Value => {
  const e = unary(b, 'Exp', x);
  const near = mul(b, unary(b, 'Tanh', mul(b, x, number(b, 0.5))), add(b, e, number(b, 1)));
  return where(b, below(b, x, 1), near, sub(b, e, number(b, 1)));
};
const rsqrt = (b: Builder, x: Value): Value => div(b, number(b, 1), unary(b, 'Sqrt', x));
const positive = (b: Builder, x: Value): Value => compare(b, 'Greater', x, number(b, 0));

/** Largest float32; a comparison with NaN is false. */
const largest = 2 ** 127 * (2 - 2 ** -23);

export const elementwiseKernels: Kernels = {
  Add: binary(add),
  AddV2: binary(add),
  Sub: binary(sub),
  Multiply: binary(mul),
  RealDiv: binary(div),
  Maximum: binary(maximum),
  Minimum: binary(minimum),
  SquaredDifference: binary((b, x, y) => {
    const difference = sub(b, x, y);
    return mul(b, difference, difference);
  }),
  Pow: (b, { a, b: p }) => {
    const exponent = numberOf(p!);
    const fixed = exponent !== undefined && sameShape(broadcastShape([a!.shape, p!.shape]), a!.shape);
    return fixed
      ? power(b, a!, exponent)
      : elementwise(b, [a!, p!], (operands) => pointwise(b, 'Pow', operands, a!.dtype));
  },
  AddN: (b, inputs) => Object.values(inputs).reduce((total, x) => add(b, total, x)),

  Identity: each((_, x) => x),
  Neg: each(neg),
  Square: each((b, x) => mul(b, x, x)),
  Rsqrt: each(rsqrt),
  Reciprocal: each((b, x) => div(b, number(b, 1), x)),
  Log1p: each(log1p),
  Expm1: each(expm1),
  Relu6: each((b, x) => clip(b, x, 0, 6)),
  ClipByValue: (b, { x }, { number: read }) => clip(b, x!, read('clipValueMin'), read('clipValueMax')),
  Step: (b, { x }, { number: read }) => where(b, positive(b, x!), number(b, 1), number(b, read('alpha', 0))),
  LeakyRelu: (b, { x }, { number: read }) => leakyRelu(b, x!, read('alpha', 0.2)),
  Prelu: (b, { x, alpha }) => where(b, positive(b, x!), x!, mul(b, alpha!, x!)),
  EluGrad: (b, { dy, y }) =>
    mul(b, dy!, where(b, compare(b, 'GreaterOrEqual', y!, number(b, 0)), number(b, 1), add(b, y!, number(b, 1)))),
  IsNan: each((b, x) => unary(b, 'Not', compare(b, 'Equal', x, x))),
  IsFinite: each((b, x) => compare(b, 'LessOrEqual', unary(b, 'Abs', x), number(b, largest))),
  IsInf: each((b, x) => compare(b, 'Equal', unary(b, 'Abs', x), number(b, Number.POSITIVE_INFINITY))),
  Cast: (b, { x }, { text }) => {
    const dtype = text('dtype');
    return dtype === 'float32' || dtype === 'int32' || dtype === 'bool' ? cast(b, x!, dtype) : x!;
  },

  ...Object.fromEntries(
    [
      ...[
        'Abs',
        'Acos',
        'Acosh',
        'Asin',
        'Asinh',
        'Atan',
        'Atanh',
        'Ceil',
        'Cos',
        'Cosh',
        'Elu',
        'Erf',
        'Exp',
        'Floor',
      ],
      ...['Log', 'Relu', 'Round', 'Selu', 'Sigmoid', 'Sign', 'Sin', 'Sinh', 'Softplus', 'Sqrt', 'Tan', 'Tanh'],
    ].map((op) => [op, named(op)]),
  ),
};
