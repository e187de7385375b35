/** What is discarded is gone at once, without a collection. */
import { expect, test } from 'vitest';
import { discard } from './discard.js';

test('discarded arrays are empty, with all that share their buffers; others stay', () => {
  const whole = new Float64Array(100).fill(1);
  const part = whole.subarray(10, 20);
  const other = new Float32Array(3).fill(2);
  discard([whole, part]);
  discard([part]);
  discard([]);
  expect([whole.length, part.length]).toEqual([0, 0]);
  expect([...other]).toEqual([2, 2, 2]);
});

test('a gigabyte of discarded arrays never takes more than a few of them', () => {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let i = 0; i < 1024; i++) {
    const array = new Float64Array(2 ** 17).fill(i);
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    discard([array]);
  }
  expect(most).toBeLessThan(8 * 2 ** 20);
});
