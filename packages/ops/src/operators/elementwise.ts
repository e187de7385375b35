/** Functions of each element, arithmetic with broadcasting, comparisons and choices. Their gradients are in `gradients/`. */
import * as kernels from '@tensorflow/tfjs-core';
import { scalar, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type Binary, binary, type Operand, runKernel, show, type Unary, unary } from './kernel.js';

export const add: Binary = binary(kernels.Add);
export const sub: Binary = binary(kernels.Sub);
export const mul: Binary = binary(kernels.Multiply);
export const div: Binary = binary(kernels.RealDiv);
/** Where the operands tie, the first has the derivative. */
export const maximum: Binary = binary(kernels.Maximum);
export const minimum: Binary = binary(kernels.Minimum);

export const neg: Unary = unary(kernels.Neg);
export const abs: Unary = unary(kernels.Abs);
export const sign: Unary = unary(kernels.Sign);
export const square: Unary = unary(kernels.Square);
export const sqrt: Unary = unary(kernels.Sqrt);
export const rsqrt: Unary = unary(kernels.Rsqrt);
export const reciprocal: Unary = unary(kernels.Reciprocal);
export const exp: Unary = unary(kernels.Exp);
export const expm1: Unary = unary(kernels.Expm1);
export const log: Unary = unary(kernels.Log);
export const log1p: Unary = unary(kernels.Log1p);
export const sin: Unary = unary(kernels.Sin);
export const cos: Unary = unary(kernels.Cos);
export const atan: Unary = unary(kernels.Atan);
export const sinh: Unary = unary(kernels.Sinh);
export const cosh: Unary = unary(kernels.Cosh);
export const tanh: Unary = unary(kernels.Tanh);
export const erf: Unary = unary(kernels.Erf);
export const sigmoid: Unary = unary(kernels.Sigmoid);
/** log(1 + e^x) */
export const softplus: Unary = unary(kernels.Softplus);
export const relu: Unary = unary(kernels.Relu);
/** x for x > 0, e^x − 1 below. */
export const elu: Unary = unary(kernels.Elu);

/** x^p for a fixed number p; differentiable where x^(p − 1) is finite. */
export const pow = <T extends Tensor>(x: T, p: number): T =>
  tidy(() => runKernel<T>(kernels.Pow, { a: x, b: scalar(p) }, { exponent: p }));

type Comparison = (a: Operand, b: Operand) => Tensor;
export const equal: Comparison = binary(kernels.Equal);
export const greater: Comparison = binary(kernels.Greater);
export const greaterEqual: Comparison = binary(kernels.GreaterEqual);
export const less: Comparison = binary(kernels.Less);
export const lessEqual: Comparison = binary(kernels.LessEqual);
export const logicalAnd: Comparison = binary(kernels.LogicalAnd);
export const logicalOr: Comparison = binary(kernels.LogicalOr);
export const logicalNot: Unary = unary(kernels.LogicalNot);

/** 1 where a condition holds, else 0. */
export const indicator = <T extends Tensor = Tensor>(condition: Tensor): T =>
  runKernel(kernels.Cast, { x: condition }, { dtype: 'float32' });

/** `yes` where `condition` holds, else `no`; three tensors of one shape. */
export const where = <T extends Tensor>(condition: Tensor, yes: T, no: T): T => {
  const shapes = [condition, yes, no].map(({ shape }) => show(shape));
  if (new Set(shapes).size > 1) throw new Error(`where: three tensors of one shape expected, got ${shapes.join(', ')}`);
  return runKernel(kernels.Select, { condition, t: yes, e: no });
};
