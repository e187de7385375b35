import { describe, expect, test } from 'vitest';
import { capacity, type NormalBlock, scriptNormals } from '../normal-block.js';
import { vectorNormals } from './block.js';
import { normalsModule } from './normals.js';

/** Every runner of the tests has vector instructions. */
const vectors = vectorNormals()!;

const drawn = (
  block: NormalBlock,
  key: readonly [number, number],
  counters: (i: number) => [number, number],
  n: number,
) => {
  for (let i = 0; i < n; i++) [block.first[i], block.second[i]] = counters(i);
  block.draw(key[0], key[1], n);
  return block.values.slice(0, n);
};

describe('normals by vector instructions', () => {
  test('are those of the plain loop, bit for bit', () => {
    const plain = scriptNormals();
    const keys = [
      [0, 0],
      [-1, -1],
      [0x13198a2e, 0x03707344],
      [-0x80000000, 0x7fffffff],
    ] as const;
    for (const key of keys) {
      for (let row = 0; row < 100; row++) {
        const counters = (i: number): [number, number] => [(row * 0x9e3779b1) | 0, (i * 0x85ebca6b) ^ row];
        expect(drawn(vectors, key, counters, capacity)).toEqual(drawn(plain, key, counters, capacity));
      }
    }
  });

  test('any number of counters, few and odd ones too', () => {
    const plain = scriptNormals();
    for (const n of [1, 2, 3, 7, 8, 9, 100, capacity - 1]) {
      const counters = (i: number): [number, number] => [n, i];
      expect(drawn(vectors, [1, 2], counters, n)).toEqual(drawn(plain, [1, 2], counters, n));
    }
  });

  test('a module that any host compiles at once', () => {
    expect(normalsModule().length).toBeLessThan(4096); // what browsers compile on the spot
  });
});
