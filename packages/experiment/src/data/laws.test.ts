/** Rows 48, 50 and 51: densities and scores of data sets. */
import { type Batch, type DatasetDefinition, rootKey, zeros } from '@fokker/core';
import { assertAllClose } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { count } from '../density/grid.js';
import { checkerboard } from './checkerboard.js';
import { gaussianMixture } from './gaussian-mixture.js';

const made = async (definition: DatasetDefinition, options: object) =>
  definition.create(definition.options.parse(options), { directory: '.', dim: 2 });

test('row 48: E s = 0 and E[y sᵀ] = −I for the exact score of a mixture', async () => {
  const data = await made(gaussianMixture, {
    components: [
      {
        weight: 0.3,
        mean: [-1, 0.5],
        covariance: [
          [0.5, 0.1],
          [0.1, 0.3],
        ],
      },
      {
        weight: 0.7,
        mean: [1.5, -0.5],
        covariance: [
          [0.4, -0.2],
          [-0.2, 0.6],
        ],
      },
    ],
  });
  const [y, s] = [zeros(1_000_000, 2), zeros(1_000_000, 2)];
  data.draw(rootKey(48), 0, y);
  data.density!.score(y, s);
  const mean = [0, 0];
  const cross = [0, 0, 0, 0];
  for (let i = 0; i < y.n; i++) {
    for (let j = 0; j < 2; j++) {
      mean[j]! += s.data[2 * i + j]! / y.n;
      for (let k = 0; k < 2; k++) cross[2 * j + k]! += (y.data[2 * i + j]! * s.data[2 * i + k]!) / y.n;
    }
  }
  assertAllClose('E s', mean, [0, 0], { atol: 0.01 }); // the table's 1 %
  assertAllClose('E[y sᵀ]', cross, [-1, 0, 0, -1], { atol: 0.01 });
});

describe('checkerboard', () => {
  test.each([
    [0.5, 0.3, 0.1, 0.03120781, 1.48471e-5, 4.437838e-2],
    [-1.05, 2.2, 0.1, 0.03053906, 0, 0.552478627],
    [3.9, -1.1, 0.1, 0.02629202, -2.875999705, 0],
    [0, 0, 0.1, 0.015625, 0, 0],
    [0.5, 0.3, 0.3, 0.02527246, 0.279911881, 0.902014712],
    [-1.05, 2.2, 0.3, 0.02334408, 3.928019e-3, 1.422589227],
    [3.9, -1.1, 0.3, 0.01967594, -1.994967589, 1.319135e-2],
    [0, 0, 0.3, 0.015625, 0, 0],
  ])('row 50: at (%f, %f) smoothed by %f', async (u, v, smooth, q, du, dv) => {
    const { density } = await made(checkerboard, { smooth });
    const y: Batch = { data: Float64Array.of(u, v), n: 1, d: 2 };
    const [log, s] = [new Float64Array(1), zeros(1, 2)];
    density!.logDensity(y, log);
    density!.score(y, s);
    expect(Math.abs(Math.exp(log[0]!) - q)).toBeLessThan(1e-7); // the table's
    assertAllClose('score', s.data, [du, dv], { atol: 1e-7 });
  });

  test('far outside, log q goes on linearly and stays a number', async () => {
    const { density } = await made(checkerboard, { smooth: 0.1 });
    const y: Batch = { data: Float64Array.of(50, -40, 4.7, 0), n: 2, d: 2 };
    const [log, s] = [new Float64Array(2), zeros(2, 2)];
    density!.logDensity(y, log);
    density!.score(y, s);
    expect([...log, ...s.data].every(Number.isFinite)).toBe(true);
    expect(s.data[0]).toBeLessThan(-50);
  });

  test('row 51: the differential entropy is ln 32', async () => {
    const data = await made(checkerboard, {});
    const y = zeros(200_000, 2);
    data.draw(rootKey(51), 0, y);
    const grid = {
      cells: 16,
      ranges: [
        { from: -4, to: 4 },
        { from: -4, to: 4 },
      ] as const,
    };
    const counts = new Float64Array(256);
    expect(count(grid, y, counts)).toBe(0);
    const entropy = counts.reduce((sum, c) => (c === 0 ? sum : sum - (c / y.n) * Math.log(c / y.n / 0.25)), 0);
    expect(Math.abs(entropy / Math.log(32) - 1)).toBeLessThan(0.01); // the table's
  });

  test.each([
    [0.1, 16.648],
    [0.3, 4.6018],
    [0.5, 2.1395],
  ])('smoothed by %f it has the Fisher information of MATH §9', async (smooth, fisher) => {
    const data = await made(checkerboard, { smooth });
    const [y, s] = [zeros(200_000, 2), zeros(200_000, 2)];
    data.draw(rootKey(9), 0, y);
    data.density!.score(y, s);
    const squares = Float64Array.from({ length: y.n }, (_, i) => s.data[2 * i]! ** 2 + s.data[2 * i + 1]! ** 2);
    const mean = squares.reduce((a, b) => a + b, 0) / y.n;
    const error = Math.sqrt(squares.reduce((sum, x) => sum + (x - mean) ** 2, 0)) / y.n;
    expect(Math.abs(mean - fisher)).toBeLessThan(4 * error);
  });
});
