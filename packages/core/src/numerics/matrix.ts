/**
 * Nested rows to flat row-major arrays, checked once where users hand matrices over.
 */
import { fail } from '../errors.js';

/** [rows · columns] row-major. E_SHAPE where a row has another length, E_NOT_FINITE where an entry is no finite number. */
export const flattenMatrix = (
  matrix: readonly (readonly number[])[],
  rows: number,
  columns: number,
  name: string,
): Float64Array => {
  if (matrix.length !== rows || rows === 0 || columns === 0 || matrix.some((row) => row.length !== columns)) {
    fail('E_SHAPE', {
      summary: `${name} has the wrong shape`,
      got: `${matrix.length} rows of ${matrix.map((row) => row.length).join(', ')} numbers`,
      expected: `${rows} × ${columns}`,
      tryThis: ['write the matrix as a list of rows, each as long as the others'],
    });
  }
  const flat = Float64Array.from(matrix.flat());
  const bad = flat.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    fail('E_NOT_FINITE', {
      summary: `${name} has an entry that is not finite`,
      got: `${flat[bad]} in row ${Math.floor(bad / columns)}, column ${bad % columns}`,
      expected: 'finite numbers',
      tryThis: ['check the parameters the matrix was made from'],
    });
  }
  return flat;
};

/** out = A B for d×d blocks; `out` must overlap neither. Runs along rows of B and out, so that memory is read in order, and past entries of A that are zero. */
export const multiply = (d: number, A: Float64Array, B: Float64Array, out: Float64Array): void => {
  for (let row = 0; row < d * d; row += d) {
    const first = A[row]!;
    for (let j = 0; j < d; j++) out[row + j] = first * B[j]!;
    for (let k = 1, at = d; k < d; k++, at += d) {
      const factor = A[row + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < d; j++) out[row + j]! += factor * B[at + j]!;
    }
  }
};

/** ‖A‖₁ of the d×d block at `at`: the largest absolute column sum. */
export const norm1 = (d: number, A: Float64Array, at: number): number => {
  let largest = 0;
  for (let j = 0; j < d; j++) {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += Math.abs(A[at + i * d + j]!);
    if (sum > largest || Number.isNaN(sum)) largest = sum;
  }
  return largest;
};

/** Where the entries of each row that are not zero begin and end: k from first[i] to end[i] − 1. */
export interface RowSpans {
  readonly first: Int32Array;
  readonly end: Int32Array;
}
export const rowSpans = (d: number): RowSpans => ({ first: new Int32Array(d), end: new Int32Array(d) });

/** The spans of the d×d block A. */
export const measureSpans = (d: number, A: Float64Array, { first, end }: RowSpans): void => {
  for (let i = 0, row = 0; i < d; i++, row += d) {
    let [from, to] = [0, d];
    while (from < to && A[row + from] === 0) from++;
    while (to > from && A[row + to - 1] === 0) to--;
    first[i] = from;
    end[i] = to;
  }
};
