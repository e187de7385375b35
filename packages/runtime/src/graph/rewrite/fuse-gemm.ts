/**
 * What Gemm can do besides the product, when nobody else reads it: α A B + C for a constant factor and a row that is added, through a Reshape that keeps the
 * columns too.
 *
 *     c · Gemm(A, B)  →  Gemm(A, B; α = c),    Gemm(A, B) + row  →  Gemm(A, B, row),    Reshape(Gemm) + row  →  Reshape(Gemm(A, B, row))
 */
import { constantFactor } from '../arithmetic.js';
import { type Builder, isOperation } from '../builder.js';
import { reshape } from '../shapes.js';
import { type OperationValue, sameShape, sizeOf, type Value } from '../value.js';
import { countReaders, rebuild } from './rebuild.js';

/** A product that can still take a row and a factor. */
const plain = (value: Value | undefined): value is OperationValue =>
  value !== undefined && isOperation(value, 'Gemm') && value.inputs.length === 2;

const alphaOf = ({ attributes: { alpha } }: OperationValue): number => (alpha && 'float' in alpha ? alpha.float : 1);

export const fuseGemm = (b: Builder, outputs: readonly Value[]): readonly Value[] => {
  const readers = countReaders(outputs);
  const alone = (value: Value): boolean => readers.get(value) === 1;

  const fuseFactor = (value: OperationValue, again: (value: Value) => Value): Value | undefined => {
    const scaled = constantFactor(value);
    if (!scaled || !alone(scaled[0]) || !sameShape(scaled[0].shape, value.shape)) return undefined;
    const product = again(scaled[0]);
    if (!plain(product)) return undefined;
    const attributes = { ...product.attributes, alpha: { float: alphaOf(product) * scaled[1] } };
    return b.operation('Gemm', product.inputs, attributes, product.shape, product.dtype);
  };

  const fuseRow = (whole: Value, row: Value, again: (value: Value) => Value): Value | undefined => {
    if (!alone(whole)) return undefined;
    const through = isOperation(whole, 'Reshape') && alone(whole.inputs[0]!);
    const product = again(through ? whole.inputs[0]! : whole);
    const columns = whole.shape.at(-1);
    if (!plain(product) || columns !== product.shape[1]) return undefined;
    if (sizeOf(row.shape) !== columns || row.shape.at(-1) !== columns) return undefined;
    const inputs = [...product.inputs, reshape(b, again(row), [columns])];
    return reshape(b, b.operation('Gemm', inputs, product.attributes, product.shape, product.dtype), whole.shape);
  };

  return rebuild(b, outputs, (value, again) => {
    if (value.dtype !== 'float32') return undefined;
    if (isOperation(value, 'Mul') || isOperation(value, 'Neg')) return fuseFactor(value, again);
    if (!isOperation(value, 'Add')) return undefined;
    const [x, y] = [value.inputs[0]!, value.inputs[1]!];
    const fused = fuseRow(x, y, again) ?? fuseRow(y, x, again);
    return fused && sameShape(fused.shape, value.shape) ? fused : undefined;
  });
};
