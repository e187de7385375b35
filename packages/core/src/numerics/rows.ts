/** Batches of a varying number of rows out of one buffer. */
import type { Batch } from '../contracts/index.js';

/** Gives a batch [n, d] for any n; the buffer behind it only grows, and what it held stays while n does. */
export const growing = (d: number): ((n: number) => Batch) => {
  let buffer = new Float64Array(0);
  let view: Batch = { data: buffer, n: 0, d };
  return (n) => {
    if (view.n === n) return view;
    if (n * d > buffer.length) buffer = new Float64Array(n * d);
    view = { data: buffer.subarray(0, n * d), n, d };
    return view;
  };
};
