import type { Batch } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { density1, density2, rangeOf, tiles } from './density.js';

const batch = (rows: readonly (readonly number[])[]): Batch => ({
  data: Float64Array.from(rows.flat()),
  n: rows.length,
  d: rows[0]?.length ?? 1,
});
const unit = { from: 0, to: 1 };
const spiral = batch(Array.from({ length: 500 }, (_, i) => [0.5 + 0.4 * Math.sin(i), 0.5 + 0.4 * Math.cos(1.7 * i)]));

describe('densities', () => {
  test('integrate to one over a range that holds every sample', () => {
    expect(density1(spiral, 0, unit, 40).reduce((a, b) => a + b, 0) / 40).toBeCloseTo(1, 12);
    expect(density2(spiral, [0, 1], [unit, unit], 40).reduce((a, b) => a + b, 0) / 1600).toBeCloseTo(1, 12);
  });

  test('samples beyond the picture, or not finite, are missing from it', () => {
    const y = batch([[0.5], [0.5], [7], [Number.NaN]]);
    expect(density1(y, 0, unit, 10).reduce((a, b) => a + b, 0) / 10).toBeCloseTo(0.5, 12);
    const pairs = batch([
      [0.5, 0.5],
      [0.5, -1],
    ]);
    expect(density2(pairs, [0, 1], [unit, unit], 10).reduce((a, b) => a + b, 0) / 100).toBeCloseTo(0.5, 12);
  });

  test('a single sample becomes a Gaussian of one cell', () => {
    const grid = density1(batch([[0.55]]), 0, unit, 10);
    // Cells 5 and 6 of ten: e^(−1/2) apart.
    expect(grid[6]! / grid[5]!).toBeCloseTo(Math.exp(-0.5), 12);
    expect(grid[5]! / grid[4]!).toBeCloseTo(Math.exp(0.5), 12);
  });

  test('the second coordinate runs along rows of the grid', () => {
    const grid = density2(batch([[0.05, 0.95]]), [0, 1], [unit, unit], 10);
    expect(grid.indexOf(Math.max(...grid))).toBe(90);
  });
});

describe('rangeOf', () => {
  test('spans the quantiles, with a margin', () => {
    const y = batch(Array.from({ length: 1001 }, (_, i) => [i / 1000]));
    const { from, to } = rangeOf([y], 0, 0.1, 0.5);
    expect([from, to]).toEqual([expect.closeTo(0.1 - 0.4, 12), expect.closeTo(0.9 + 0.4, 12)]);
  });
  test('is an interval even of equal or no finite values', () => {
    expect(rangeOf([batch([[2], [2]])], 0)).toEqual({ from: 1.5, to: 2.5 });
    expect(rangeOf([batch([[Number.NaN]])], 0)).toEqual({ from: -1, to: 1 });
  });
});

test('tiles cover exactly the cells above the lowest level, at the level of their density', () => {
  const cells = 40;
  const grid = density2(spiral, [0, 1], [unit, unit], cells);
  const largest = Math.max(...grid);
  const found = tiles(grid, cells, [unit, unit], largest);
  let covered = 0;
  for (let j = 0; j < cells; j++) {
    for (let i = 0; i < cells; i++) {
      const [x, y] = [(i + 0.5) / cells, (j + 0.5) / cells];
      const over = found.filter((tile) => x > tile.x && x < tile.x2 && y > tile.y && y < tile.y2);
      const level = Math.round(16 * Math.sqrt(grid[j * cells + i]! / largest)) / 16;
      expect(over.map((tile) => tile.level)).toEqual(level === 0 ? [] : [level ** 2]);
      covered += over.length;
    }
  }
  expect(found.length).toBeLessThan(covered);
});

test('nothing to draw has no tiles', () => {
  expect(tiles(new Float64Array(16), 4, [unit, unit], 0)).toEqual([]);
});
