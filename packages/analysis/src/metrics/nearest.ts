/**
 * Nearest neighbours in small samples, by all pairs in float64: O(n m d) time, no index and no memory beyond the result. Ties go to the smaller index.
 */
import type { Batch } from '@fokker/core';

/** ‖a_i − b_j‖² */
export function squaredDistance(a: Batch, i: number, b: Batch, j: number): number {
  const { d } = a;
  let sum = 0;
  for (let k = 0; k < d; k++) {
    const difference = a.data[i * d + k]! - b.data[j * d + k]!;
    sum += difference * difference;
  }
  return sum;
}

/** The first `count` rows: rows of a sample are independent, so these are as good as any. */
export const firstRows = ({ data, n, d }: Batch, count: number): Batch =>
  n <= count ? { data, n, d } : { data: data.subarray(0, count * d), n: count, d };

/** Puts `value` with its label into the ascending list of the smallest found so far. */
function insert(values: Float64Array, labels: Int32Array, value: number, label: number): void {
  let at = values.length - 1;
  if (!(value < values[at]!)) return;
  for (; at > 0 && values[at - 1]! > value; at--) {
    values[at] = values[at - 1]!;
    labels[at] = labels[at - 1]!;
  }
  values[at] = value;
  labels[at] = label;
}

/** Visits each row of `a` with its k nearest rows of `b` (squared distances ascending, indices). `skipSelf`: row i of b is not a neighbour of row i of a. */
export function visitNearest(
  a: Batch,
  b: Batch,
  k: number,
  skipSelf: boolean,
  visit: (i: number, squares: Float64Array, rows: Int32Array) => void,
): void {
  const squares = new Float64Array(k);
  const rows = new Int32Array(k);
  for (let i = 0; i < a.n; i++) {
    squares.fill(Number.POSITIVE_INFINITY);
    rows.fill(-1);
    for (let j = 0; j < b.n; j++) if (!(skipSelf && i === j)) insert(squares, rows, squaredDistance(a, i, b, j), j);
    visit(i, squares, rows);
  }
}
