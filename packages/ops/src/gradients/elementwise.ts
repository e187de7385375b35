/**
 * x ↦ φ(x) on each element: pullback (x, ȳ) ↦ ȳ φ′(x), computed from x and never from a saved φ(x).
 */
import * as kernels from '@tensorflow/tfjs-core';
import { type Tensor, zeros } from '@tensorflow/tfjs-core';
import * as o from '../operators/elementwise.js';
import { declare, listFrom } from './registry.js';

const { add, cos, cosh, div, exp, greater, indicator, logicalNot, minimum, mul, neg, pow, rsqrt, sigmoid } = o;
const { sign, sin, sinh, square, sub, tanh } = o;

const pullbacks: Readonly<Record<string, (x: Tensor, dy: Tensor) => Tensor>> = {
  [kernels.Square]: (x, dy) => mul(dy, mul(x, 2)),
  [kernels.Sqrt]: (x, dy) => mul(dy, mul(0.5, rsqrt(x))),
  [kernels.Rsqrt]: (x, dy) => mul(dy, mul(-0.5, div(rsqrt(x), x))),
  [kernels.Reciprocal]: (x, dy) => neg(div(dy, square(x))),
  [kernels.Exp]: (x, dy) => mul(dy, exp(x)),
  [kernels.Expm1]: (x, dy) => mul(dy, exp(x)),
  [kernels.Log]: (x, dy) => div(dy, x),
  [kernels.Log1p]: (x, dy) => div(dy, add(1, x)),
  [kernels.Sin]: (x, dy) => mul(dy, cos(x)),
  [kernels.Cos]: (x, dy) => neg(mul(dy, sin(x))),
  [kernels.Atan]: (x, dy) => div(dy, add(1, square(x))),
  [kernels.Sinh]: (x, dy) => mul(dy, cosh(x)),
  [kernels.Cosh]: (x, dy) => mul(dy, sinh(x)),
  [kernels.Tanh]: (x, dy) => mul(dy, sub(1, square(tanh(x)))),
  [kernels.Erf]: (x, dy) => mul(dy, mul(2 / Math.sqrt(Math.PI), exp(neg(square(x))))),
  [kernels.Sigmoid]: (x, dy) => {
    const y = sigmoid(x);
    return mul(dy, mul(y, sub(1, y)));
  },
  [kernels.Softplus]: (x, dy) => mul(dy, sigmoid(x)),
  [kernels.Abs]: (x, dy) => mul(dy, sign(x)),
  [kernels.Relu]: (x, dy) => mul(dy, indicator(greater(x, 0))),
  // e^min(x, 0) is the derivative on both sides, and finite where e^x is not.
  [kernels.Elu]: (x, dy) => mul(dy, exp(minimum(x, 0))),
};
for (const [kernel, pullback] of Object.entries(pullbacks)) {
  declare(kernel, ['x'], (dy, [x]) => ({ x: () => pullback(x!, dy) }));
}

declare(kernels.Neg, [], (dy) => ({ x: () => neg(dy) }));
declare(kernels.Pow, ['a'], (dy, [a], { exponent }) => {
  const p = Number(exponent);
  return { a: () => mul(dy, mul(p, pow(a!, p - 1))), b: () => zeros([]) };
});

// Locally constant: zero, and declared as such, since the tape asks wherever a condition depends on a variable.
for (const kernel of [kernels.Sign, kernels.LogicalNot]) declare(kernel, [], (dy) => ({ x: () => zeros(dy.shape) }));
const { Equal, Greater, GreaterEqual, Less, LessEqual, LogicalAnd, LogicalOr } = kernels;
for (const kernel of [Equal, Greater, GreaterEqual, Less, LessEqual, LogicalAnd, LogicalOr]) {
  declare(kernel, [], (_dy, _saved, attributes) => ({
    a: () => zeros(listFrom(attributes, 'aShape')),
    b: () => zeros(listFrom(attributes, 'bShape')),
  }));
}

declare(kernels.Cast, [], (dy) => ({ x: () => dy }));
declare(kernels.Select, ['condition'], (dy, [condition]) => ({
  condition: () => zeros(dy.shape),
  t: () => mul(dy, indicator(condition!)),
  e: () => mul(dy, indicator(logicalNot(condition!))),
}));
