import { rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { type DirectionLaw, drawDirections } from './directions.js';

const A = [
  [1, 2, -1],
  [0.5, -3, 1],
  [2, 0, 0.7],
];
const n = 2_000_000;

describe('directions', () => {
  test.each([
    ['gaussian', 29.23],
    ['rademacher', 8.25],
    ['sphere', 16.862],
  ] as [DirectionLaw, number][])('row 29: the variance of vᵀAv for %s directions', (law, variance) => {
    let [sum, squares] = [0, 0];
    for (let first = 0; first < n; first += 100_000) {
      const v = drawDirections(law, rootKey(29), first, 100_000, 3);
      for (let at = 0; at < v.length; at += 3) {
        let form = 0;
        for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) form += v[at + i]! * A[i]![j]! * v[at + j]!;
        sum += form;
        squares += form * form;
      }
    }
    const mean = sum / n;
    expect(Math.abs(mean + 1.3)).toBeLessThan(4 * Math.sqrt(variance / n)); // tr A
    expect(Math.abs((squares / n - mean * mean) / variance - 1)).toBeLessThan(0.01); // the table's
  });
});
