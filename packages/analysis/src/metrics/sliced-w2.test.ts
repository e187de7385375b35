import { rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { batch, mapped, normalQuantiles, normals } from '../testing/samples.js';
import { createSlicedW2, quantileDistanceSquared, slicedW2 } from './sliced-w2.js';
import { unitDirections } from './slices.js';

const key = rootKey(1).at('metric');
const { distance } = createSlicedW2({ directions: 256 });

describe('sliced-w2', () => {
  test('has 256 directions unless told otherwise', () => {
    expect(slicedW2.options.parse({})).toEqual({ directions: 256 });
  });

  test('of a translated sample is the mean of (θ·δ)², and ‖δ‖/√d over many directions', () => {
    const a = normals(rootKey(2), 50, 3);
    const delta = [3, -4, 12];
    const b = mapped(a, (value, j) => value + delta[j]!);
    const theta = unitDirections(key, 256, 3);
    let mean = 0;
    for (let k = 0; k < 256; k++)
      mean += delta.reduce((sum, value, j) => sum + value * theta[3 * k + j]!, 0) ** 2 / 256;
    expect(distance(a, b, key)).toBeCloseTo(Math.sqrt(mean), 10);
    const many = createSlicedW2({ directions: 20_000 }).distance(a, b, key);
    // cos² has standard deviation √(4/45) in three dimensions; four standard errors.
    expect(Math.abs(many ** 2 - 169 / 3)).toBeLessThan(4 * 169 * Math.sqrt(4 / 45 / 20_000));
  });

  test('of two Gaussians in one dimension is (Δm)² + (Δσ)²', () => {
    const a = normalQuantiles(4000);
    const b = mapped(a, (value) => 1 + 2.5 * value);
    const variance = a.data.reduce((sum, value) => sum + value * value, 0) / a.n;
    expect(distance(a, b, key) ** 2).toBeCloseTo(1 + 1.5 ** 2 * variance, 10);
    // Quantiles cut the tails off: their variance is 1 to 1e-3 at n = 4000.
    expect(distance(a, b, key) ** 2).toBeCloseTo(1 + 1.5 ** 2, 2);
  });

  test('of two independent Gaussian samples, shifted, in two dimensions', () => {
    const a = normals(rootKey(3), 20_000, 2);
    const b = mapped(normals(rootKey(4), 20_000, 2), (value, j) => value + (j === 0 ? 2 : 0));
    const many = createSlicedW2({ directions: 1000 }).distance(a, b, key);
    // Four standard errors of the mean difference (√(2/n)·2 on ‖δ‖² = 4) and of cos² (√⅛ per direction).
    const tolerance = 4 * (2 * 2 * Math.sqrt(2 / 20_000) * 0.5 + 4 * Math.sqrt(1 / 8 / 1000));
    expect(Math.abs(many ** 2 - 2)).toBeLessThan(tolerance);
  });

  test('matches quantiles of unequal samples exactly', () => {
    const x = Float64Array.of(0, 1, 5);
    const y = Float64Array.of(-1, 2);
    // Sixths: x = 0 0 1 1 5 5, y = -1 -1 -1 2 2 2.
    expect(quantileDistanceSquared(x, y)).toBeCloseTo((1 + 1 + 4 + 1 + 9 + 9) / 6, 14);
    expect(quantileDistanceSquared(y, x)).toBeCloseTo(25 / 6, 14);
    const twice = batch(1, 5, 0, 1, 0, 1, 5);
    expect(distance(twice, batch(1, 0, 1, 5), key)).toBe(0);
  });

  test('is zero on itself, symmetric, and a function of its key', () => {
    const a = normals(rootKey(5), 200, 2);
    const b = normals(rootKey(6), 300, 2);
    expect(distance(a, a, key)).toBe(0);
    expect(distance(a, b, key)).toBe(distance(b, a, key));
    expect(distance(a, b, key)).not.toBe(distance(a, b, rootKey(9)));
  });

  test.each([
    ['different spaces', batch(2, 1, 2), batch(1, 1), 'E_SHAPE'],
    ['an empty sample', batch(1), batch(1, 1), 'E_SHAPE'],
    ['NaN', batch(1, Number.NaN), batch(1, 1), 'E_NOT_FINITE'],
    ['infinity', batch(1, 1), batch(1, Number.POSITIVE_INFINITY), 'E_NOT_FINITE'],
  ])('refuses %s', (_, a, b, code) => {
    expect(() => distance(a, b, key)).toThrow(expect.objectContaining({ code }));
  });
});
