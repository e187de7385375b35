/** What a forward function is given to write to. */
import { fail } from '@fokker/core';

/** `values` are those of `rows` rows out of n. Throws E_SHAPE. */
export const checkOutput = (values: { length: number }, rows: number, n: number, out: Float64Array): void => {
  if (values.length * n === out.length * rows) return;
  fail('E_SHAPE', {
    summary: 'the network’s output does not fit the array it is written to',
    got: `${out.length} numbers for ${n} rows`,
    expected: `${values.length / rows} numbers a row`,
    tryThis: ['allocate n × width numbers for the output'],
  });
};
