/**
 * What every file of samples becomes: an array with a shape, and the checks that make a batch [n, d] of it.
 */
import { type Batch, fail } from '@fokker/core';

export interface NumberArray {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}

/** Rows are samples; a vector [n] is a batch [n, 1]. Throws E_SHAPE, and E_NOT_FINITE naming the first bad entry. */
export function batchOf({ data, shape }: NumberArray, path: string): Batch {
  const [n = 0, d = 1] = shape;
  if (shape.length === 0 || shape.length > 2 || n === 0 || d === 0) {
    return fail('E_SHAPE', {
      summary: `'${path}' does not hold samples`,
      got: `an array of shape [${shape.join(', ')}]`,
      expected: 'shape [n, d]: one row a sample, at least one row and one column',
      tryThis: ['reshape the array to [n, d] before saving it'],
    });
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    return fail('E_NOT_FINITE', {
      summary: `'${path}' holds a value that is not a number`,
      got: `${data[bad]} in row ${Math.floor(bad / d)}, column ${bad % d} (counted from 0)`,
      expected: 'finite numbers everywhere',
      tryThis: ['remove that row, or fill in its value, and save the file again'],
    });
  }
  return { data, n, d };
}
