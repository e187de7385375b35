import { fillUniform, rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { batch, mapped, normals } from '../testing/samples.js';
import { assign } from './assignment.js';
import { createExactW2, exactW2, wassersteinSquared } from './exact-w2.js';

const key = rootKey(1);
const metric = createExactW2(exactW2.options.parse({}));

const permutations = (items: readonly number[]): number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((first, i) => permutations(items.toSpliced(i, 1)).map((rest) => [first, ...rest]));

describe('assignment', () => {
  test.each([1, 2, 3, 4, 5])('of random costs is the best of all permutations (trial %i)', (trial) => {
    const n = 6;
    const C = new Float64Array(n * n);
    fillUniform(rootKey(trial), 0, n, n, C);
    const cost = (columns: Iterable<number>): number =>
      [...columns].reduce((sum, column, row) => sum + C[row * n + column]!, 0);
    const found = assign(n, C);
    expect([...found].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(cost(found)).toBeCloseTo(Math.min(...permutations([0, 1, 2, 3, 4, 5]).map(cost)), 13);
  });
  test('of one row is that row', () => {
    expect([...assign(1, Float64Array.of(3))]).toEqual([0]);
  });
});

describe('exact-w2', () => {
  test('of a translated sample is the length of the translation', () => {
    const a = normals(rootKey(2), 200, 3);
    const b = mapped(a, (value, j) => value + [3, -4, 12][j]!);
    expect(metric.distance(a, b, key)).toBeCloseTo(13, 12);
  });
  test('in one dimension, embedded in two, is what sorting gives', () => {
    const [a, b] = [normals(rootKey(3), 80, 1), normals(rootKey(4), 80, 1)];
    const flat = (x: typeof a) => batch(2, ...[...x.data].flatMap((value) => [value, 7]));
    expect(wassersteinSquared(flat(a), flat(b))).toBeCloseTo(wassersteinSquared(a, b), 13);
  });
  test('of a sample scaled by λ > 0 is (λ − 1)² E‖a‖²: the map is the gradient of a convex function', () => {
    const a = normals(rootKey(5), 150, 2);
    const square = a.data.reduce((sum, value) => sum + value * value, 0) / a.n;
    expect(
      metric.distance(
        a,
        mapped(a, (value) => 2.5 * value),
        key,
      ) ** 2,
    ).toBeCloseTo(1.5 ** 2 * square, 11);
  });
  test('is zero on itself in another order, symmetric, and of the first rows of the shorter sample', () => {
    const a = batch(2, 0, 0, 1, 5, 2, 2);
    expect(metric.distance(a, batch(2, 2, 2, 0, 0, 1, 5), key)).toBe(0);
    const [b, c] = [normals(rootKey(6), 60, 2), normals(rootKey(7), 40, 2)];
    expect(metric.distance(b, c, key)).toBeCloseTo(metric.distance(c, b, key), 13);
    expect(metric.distance(b, c, key)).toBe(metric.distance({ ...b, n: 40, data: b.data.slice(0, 80) }, c, key));
  });
  test('refuses samples of different spaces', () => {
    expect(() => metric.distance(batch(2, 1, 2), batch(1, 1), key)).toThrow(
      expect.objectContaining({ code: 'E_SHAPE' }),
    );
  });
});
