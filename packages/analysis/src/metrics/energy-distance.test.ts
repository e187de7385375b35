import { rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { batch, erf, mapped, normalQuantiles, normals } from '../testing/samples.js';
import { createEnergyDistance, energyDistance, sliceFactor } from './energy-distance.js';

const key = rootKey(1).at('metric');
const sliced = createEnergyDistance({ estimator: 'sliced', directions: 256 });
const pairs = createEnergyDistance({ estimator: 'pairs', directions: 1 });

describe('energy-distance', () => {
  test('is sliced unless told otherwise', () => {
    expect(energyDistance.options.parse({})).toEqual({ estimator: 'sliced', directions: 256 });
  });

  test('of two atoms is √(2δ)', () => {
    expect(sliced.distance(batch(1, 0), batch(1, 3), key)).toBeCloseTo(Math.sqrt(6), 14);
    expect(pairs.distance(batch(2, 0, 0), batch(2, 3, 4), key)).toBeCloseTo(Math.sqrt(10), 14);
  });

  test('of N(0, 1) and N(μ, 1) is the closed form', () => {
    const mu = 1;
    // E|N(μ, 2)| = (2/√π) e^{−μ²/4} + μ erf(μ/2),  E|N(0, 2)| = 2/√π
    const between = (2 / Math.sqrt(Math.PI)) * Math.exp(-(mu ** 2) / 4) + mu * erf(mu / 2);
    const expected = 2 * between - 4 / Math.sqrt(Math.PI);
    const a = normalQuantiles(4000);
    const b = mapped(a, (value) => value + mu);
    // Midpoint quantiles represent a law to O(1/n) in its distribution function.
    expect(sliced.distance(a, b, key) ** 2).toBeCloseTo(expected, 4);
  });

  test('by sorting equals the sum over pairs, with unequal sizes and ties', () => {
    const a = batch(1, 0, 1, 1, 5, -2);
    const b = batch(1, 1, 3, 0.5);
    const mean = (x: Float64Array, y: Float64Array) => {
      let sum = 0;
      for (const u of x) for (const v of y) sum += Math.abs(u - v);
      return sum / x.length / y.length;
    };
    const expected = 2 * mean(a.data, b.data) - mean(a.data, a.data) - mean(b.data, b.data);
    expect(sliced.distance(a, b, key) ** 2).toBeCloseTo(expected, 13);
  });

  test.each([
    [1, 1],
    [2, Math.PI / 2],
    [3, 2],
    [4, (3 * Math.PI) / 4],
    [5, 8 / 3],
  ])('c_%i: ‖x‖ = c_d E|θ·x|', (d, expected) => {
    expect(sliceFactor(d)).toBeCloseTo(expected, 14);
  });

  test.each([2, 3])('sliced and pairs agree in %i dimensions', (d) => {
    const a = normals(rootKey(2), 300, d);
    const b = mapped(normals(rootKey(3), 200, d), (value, j) => 1.5 * value + j);
    const many = createEnergyDistance({ estimator: 'sliced', directions: 20_000 });
    const exact = pairs.distance(a, b, key);
    // Directions differ by less than a factor of order one; 20,000 of them leave 1/√20000 = 0.7 %, four times over.
    expect(Math.abs(many.distance(a, b, key) / exact - 1)).toBeLessThan(0.03);
  });

  test('is zero on itself and symmetric', () => {
    const a = normals(rootKey(5), 100, 2);
    const b = normals(rootKey(6), 150, 2);
    for (const { distance } of [sliced, pairs]) {
      expect(distance(a, a, key)).toBe(0);
      expect(distance(a, b, key)).toBeCloseTo(distance(b, a, key), 12);
    }
  });

  test('refuses samples of different spaces', () => {
    expect(() => sliced.distance(batch(2, 1, 2), batch(1, 1), key)).toThrow(
      expect.objectContaining({ code: 'E_SHAPE' }),
    );
  });
});
