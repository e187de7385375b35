import { fillNormal, rootKey } from '@fokker/core';
import { expect, test } from 'vitest';
import { createSorter } from './sort.js';

const normal = new Float64Array(5000);
fillNormal(rootKey(1), 0, 5000, 1, normal);

test.each([
  ['a smooth sample', normal],
  ['a far outlier', Float64Array.of(...normal.slice(0, 300), 1e6)],
  ['huge numbers', normal.map((value) => value * 1e307)],
  ['subnormal numbers', normal.map((value) => value * 1e-310)],
  ['few distinct values', normal.map(Math.round)],
  ['equal values', new Float64Array(9).fill(2)],
  ['two values', Float64Array.of(1, -1)],
  ['one value', Float64Array.of(3)],
])('sorts %s like the native sort', (_, sample) => {
  const sort = createSorter(sample.length);
  const values = sample.slice();
  sort(values);
  expect(values).toEqual(sample.slice().sort());
});

test('serves one sample after another', () => {
  const sort = createSorter(normal.length);
  sort(normal.slice());
  const values = normal.map((value) => -value);
  sort(values);
  expect(values).toEqual(normal.map((value) => -value).sort());
});
