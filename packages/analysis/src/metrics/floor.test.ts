import { rootKey, type SampleMetric } from '@fokker/core';
import { expect, test } from 'vitest';
import { batch, normals } from '../testing/samples.js';
import { floorOf } from './floor.js';
import { createSlicedW2 } from './sliced-w2.js';

const key = rootKey(1).at('metric');

test('the mean over pairs, all under one key', async () => {
  const keys = new Set<unknown>();
  const metric: SampleMetric = {
    distance(a, b, used) {
      keys.add(used);
      return Math.abs(a.data[0]! - b.data[0]!);
    },
  };
  expect(await floorOf(metric, (k) => [batch(1, 0), batch(1, 1 + k)], 4, key)).toBe(2.5);
  expect(await floorOf(metric, async () => [batch(1, 0), batch(1, 3)], 1, key)).toBe(3);
  expect([...keys]).toEqual([key]);
});

test('falls like 1/√n for the sliced distance of a smooth law', async () => {
  const metric = createSlicedW2({ directions: 16 });
  const floor = (n: number) =>
    floorOf(metric, (k) => [normals(rootKey(k).at('a'), n, 2), normals(rootKey(k).at('b'), n, 2)], 20, key);
  // A factor 4 in n halves the floor up to a logarithm and the spread of 20 pairs (about 5 %).
  expect(Math.abs((await floor(2000)) / (await floor(500)) - 0.5)).toBeLessThan(0.12);
});

test.each([0, 1.5])('refuses %d pairs', async (count) => {
  const metric = createSlicedW2({ directions: 1 });
  await expect(floorOf(metric, () => [batch(1, 0), batch(1, 1)], count, key)).rejects.toThrow(
    expect.objectContaining({ code: 'E_PARAMETERS' }),
  );
});
