/**
 * The floor of a sample metric: what it gives between two independent samples of one law, the mean over `count` pairs. A distance near its floor
 * cannot tell the samples apart. The metric's key is the same for every pair, and should be the one used for the distance beside it.
 */
import { type Batch, fail, type Key, type SampleMetric } from '@fokker/core';

/** `drawPair(k)` gives the k-th pair: independent of each other and of the other pairs, sized like the samples the distance is for. */
export async function floorOf(
  metric: SampleMetric,
  drawPair: (k: number) => readonly [Batch, Batch] | Promise<readonly [Batch, Batch]>,
  count: number,
  key: Key,
): Promise<number> {
  if (!Number.isInteger(count) || count < 1) {
    fail('E_PARAMETERS', {
      summary: 'a floor is a mean over pairs',
      got: `count = ${count}`,
      expected: 'a positive integer',
      tryThis: ['count: 20'],
    });
  }
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const [a, b] = await drawPair(k);
    sum += metric.distance(a, b, key);
  }
  return sum / count;
}
