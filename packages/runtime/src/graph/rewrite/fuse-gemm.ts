/**
 * What Gemm can do besides the product, when nobody else reads it: α A B + β C for a constant factor and a row or a matrix that is added, through a Reshape
 * too.
 *
 *     c · Gemm(A, B)  →  Gemm(A, B; α = c),    Gemm(A, B) − C  →  Gemm(A, B, C; β = −1),    Reshape(Gemm(A, B)) + row  →  Reshape(Gemm(A, B, row))
 *
 * A constant factor finds its product through factors, quotients and sums; or an operand that is much smaller, a row say.
 */
import { add, div, mul, sub } from '../arithmetic.js';
import { type Builder, isOperation } from '../builder.js';
import { constantFactor } from '../factors.js';
import { reshape } from '../shapes.js';
import { type OperationValue, sameShape, sizeOf, type Value } from '../value.js';
import { countReaders, rebuild } from './rebuild.js';

type Again = (value: Value) => Value;

/** A product that can still take a row and a factor. */
const plain = (value: Value | undefined): value is OperationValue =>
  value !== undefined && isOperation(value, 'Gemm') && value.inputs.length === 2;

/** An operand this many times smaller than the result is scaled for nothing. */
const muchSmaller = 16;

const alphaOf = ({ attributes: { alpha } }: OperationValue): number => (alpha && 'float' in alpha ? alpha.float : 1);

export const fuseGemm = (b: Builder, outputs: readonly Value[]): readonly Value[] => {
  const readers = countReaders(outputs);
  const alone = (value: Value): boolean => readers.get(value) === 1;

  /** factor · value where that costs nothing: in a product's α, in a number, or in an operand that is much smaller. */
  const absorb = (value: Value, factor: number, size: number, again: Again): Value | undefined => {
    if (sizeOf(value.shape) * muchSmaller <= size) return mul(b, again(value), b.splat(factor, []));
    if (value.kind !== 'operation' || !alone(value)) return undefined;
    const [x, y] = value.inputs;
    if (isOperation(value, 'Mul') || isOperation(value, 'Div')) {
      const left = absorb(x!, factor, size, again);
      if (left) return isOperation(value, 'Mul') ? mul(b, left, again(y!)) : div(b, left, again(y!));
      const right = isOperation(value, 'Mul') ? absorb(y!, factor, size, again) : undefined;
      return right && mul(b, again(x!), right);
    }
    if (isOperation(value, 'Add') || isOperation(value, 'Sub')) {
      const left = absorb(x!, factor, size, again);
      const right = left && absorb(y!, factor, size, again);
      if (!left || !right) return undefined;
      return isOperation(value, 'Add') ? add(b, left, right) : sub(b, left, right);
    }
    if (isOperation(value, 'Reshape') || isOperation(value, 'Transpose')) {
      const source = absorb(x!, factor, size, again);
      return (
        source && b.operation(value.op, [source, ...value.inputs.slice(1)], value.attributes, value.shape, value.dtype)
      );
    }
    if (!isOperation(value, 'Gemm')) return undefined;
    const product = again(value);
    if (!plain(product)) return undefined;
    const attributes = { ...product.attributes, alpha: { float: alphaOf(product) * factor } };
    return b.operation('Gemm', product.inputs, attributes, product.shape, product.dtype);
  };

  const fuseFactor = (value: OperationValue, again: Again): Value | undefined => {
    const scaled = constantFactor(value);
    if (!scaled || !sameShape(scaled[0].shape, value.shape)) return undefined;
    return absorb(scaled[0], scaled[1], sizeOf(value.shape), again);
  };

  /** factor · whole + share · other, for a product `whole` and a row or a matrix of its shape. */
  const fuseSum = (whole: Value, factor: number, other: Value, share: number, again: Again): Value | undefined => {
    if (!alone(whole)) return undefined;
    const through = isOperation(whole, 'Reshape') && alone(whole.inputs[0]!);
    const product = again(through ? whole.inputs[0]! : whole);
    if (!plain(product)) return undefined;
    const [rows, columns] = product.shape as [number, number];
    const row = sizeOf(other.shape) === columns && other.shape.at(-1) === columns && whole.shape.at(-1) === columns;
    if (!row && !sameShape(other.shape, whole.shape)) return undefined;
    const third = reshape(b, again(other), row ? [columns] : [rows, columns]);
    const attributes = {
      ...product.attributes,
      ...(factor === 1 ? {} : { alpha: { float: alphaOf(product) * factor } }),
      ...(share === 1 ? {} : { beta: { float: share } }),
    };
    const fused = b.operation('Gemm', [...product.inputs, third], attributes, product.shape, product.dtype);
    return reshape(b, fused, whole.shape);
  };

  return rebuild(b, outputs, (value, again) => {
    if (value.dtype !== 'float32') return undefined;
    if (isOperation(value, 'Mul') || isOperation(value, 'Neg')) return fuseFactor(value, again);
    if (!isOperation(value, 'Add') && !isOperation(value, 'Sub')) return undefined;
    const sign = isOperation(value, 'Add') ? 1 : -1;
    const [x, y] = [value.inputs[0]!, value.inputs[1]!];
    const fused = fuseSum(x, 1, y, sign, again) ?? fuseSum(y, sign, x, 1, again);
    return fused && sameShape(fused.shape, value.shape) ? fused : undefined;
  });
};
