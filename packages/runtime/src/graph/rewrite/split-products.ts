/**
 * Products that sum over many rows, as the gradients of a filter do, in parts of the rows:
 *
 *     Aᵀ B  =  Σ_i A_iᵀ B_i        A [K, m], B [K, n],  K ≫ m, n;   A_i [K/s, m], B_i [K/s, n]
 *
 * A Gemm that transposes A walks down its columns through all of memory, once for every panel of rows; a part stays in the cache. The narrower operand is the one
 * that is transposed, so where that is B the sum is of B_iᵀ A_i, [n, m], and transposed itself.
 */
import { type Builder, isOperation } from '../builder.js';
import { sum } from '../reductions.js';
import { reshape, transpose } from '../shapes.js';
import type { OperationValue, Value } from '../value.js';
import { rebuild } from './rebuild.js';

/** Rows of a part, about: 0.4 MB of patches of 432 numbers. */
const partRows = 256;
/** Below so many rows, or in so wide a product, a Gemm is as fast. */
const fewestRows = 2048;
const widest = 64;

/** The largest number of parts with at least `partRows` rows; 1 where K has no such divisor. */
const partsOf = (rows: number): number => {
  for (let parts = Math.floor(rows / partRows); parts > 1; parts--) if (rows % parts === 0) return parts;
  return 1;
};

const transposesLeft = ({ attributes: { transA, transB } }: OperationValue): boolean =>
  transA !== undefined && 'int' in transA && transA.int === 1 && transB === undefined;

/** Σ_i X_iᵀ Y_i, [x, y]. */
const inParts = (b: Builder, x: Value, y: Value, parts: number): Value => {
  const rows = x.shape[0]! / parts;
  const [p, q] = [x.shape[1]!, y.shape[1]!];
  const left = transpose(b, reshape(b, x, [parts, rows, p]), [0, 2, 1]);
  const right = reshape(b, y, [parts, rows, q]);
  return sum(b, b.operation('MatMul', [left, right], {}, [parts, p, q], 'float32'), [0]);
};

export const splitProducts = (b: Builder, outputs: readonly Value[]): readonly Value[] =>
  rebuild(b, outputs, (value, again) => {
    if (!isOperation(value, 'Gemm') || value.inputs.length !== 2 || !transposesLeft(value)) return undefined;
    const [rows, m] = value.inputs[0]!.shape as [number, number];
    const n = value.shape[1]!;
    const parts = partsOf(rows);
    if (rows < fewestRows || Math.min(m, n) > widest || parts === 1) return undefined;
    const [x, y] = [again(value.inputs[0]!), again(value.inputs[1]!)];
    return m <= n ? inParts(b, x, y, parts) : transpose(b, inParts(b, y, x, parts), [1, 0]);
  });
