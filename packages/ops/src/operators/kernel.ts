/**
 * How an operator runs its kernel. A saved input is copied by the engine, so operators whose gradient needs no more than shapes pass these as extra
 * attributes, which kernels ignore, and save nothing.
 */
import { engine, type NamedAttrMap, type NamedTensorMap, scalar, type Tensor, tidy } from '@tensorflow/tfjs-core';

export type Operand = Tensor | number;
export type Shape = readonly number[];

/** Inputs by name; Concat alone takes a list. */
export const runKernel = <T extends Tensor | Tensor[]>(
  kernelName: string,
  inputs: NamedTensorMap | readonly Tensor[],
  attributes: NamedAttrMap = {},
): T => engine().runKernel<T>(kernelName, inputs as NamedTensorMap, attributes);

/** Calls `f` with both operands as tensors; numbers become scalars that do not outlive the call. */
const withTensors = <T extends Tensor>(a: Operand, b: Operand, f: (a: Tensor, b: Tensor) => T): T =>
  typeof a === 'number' || typeof b === 'number'
    ? tidy(() => f(typeof a === 'number' ? scalar(a) : a, typeof b === 'number' ? scalar(b) : b))
    : f(a, b);

export type Binary = <T extends Tensor = Tensor>(a: Operand, b: Operand) => T;
/** A kernel of two operands with numpy broadcasting; both shapes travel along for the gradient. */
export const binary =
  (kernelName: string): Binary =>
  (a, b) =>
    withTensors(a, b, (a, b) => runKernel(kernelName, { a, b }, { aShape: a.shape, bShape: b.shape }));

export type Unary = <T extends Tensor = Tensor>(x: T) => T;
/** A kernel that acts on each element. */
export const unary =
  (kernelName: string): Unary =>
  <T extends Tensor>(x: T): T =>
    runKernel(kernelName, { x });

export const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);
export const show = (shape: Shape): string => `[${shape.join(', ')}]`;
