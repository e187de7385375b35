/**
 * What a graph is made of: values with a shape and a type known before anything runs. A value is an input, a constant, or the one output of an operation
 * of ONNX (opset 18, by its ONNX name) on other values; so a graph is the values that its outputs reach.
 *
 * A splat is a constant whose elements are all one number. While a graph is built it is that number and a shape, whatever its size: the cotangent of a
 * sum, the zeros of a parameter that nothing reads. In a finished graph the splats are scalars, spread by Expand where an operation wants the elements.
 */
export type DType = 'float32' | 'int32' | 'int64' | 'bool';
export type Shape = readonly number[];

/** An attribute of an operation, with the ONNX type it is written as. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly string: string };
export type Attributes = Readonly<Record<string, Attribute>>;

/** Elements in row-major order; a bool is 0 or 1. */
export type Elements = Float32Array | Int32Array | BigInt64Array | Uint8Array;

interface Typed {
  /** Unique in its builder; a value comes after the values it reads. */
  readonly id: number;
  readonly shape: Shape;
  readonly dtype: DType;
}
export interface InputValue extends Typed {
  readonly kind: 'input';
  readonly name: string;
}
export interface ConstantValue extends Typed {
  readonly kind: 'constant';
  readonly elements: Elements;
}
export interface SplatValue extends Typed {
  readonly kind: 'splat';
  readonly number: number;
}
export interface OperationValue extends Typed {
  readonly kind: 'operation';
  /** Name of the ONNX operator. */
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
}
export type Value = InputValue | ConstantValue | SplatValue | OperationValue;

export const sizeOf = (shape: Shape): number => shape.reduce((size, extent) => size * extent, 1);
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((extent, i) => extent === b[i]);
