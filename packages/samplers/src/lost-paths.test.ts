import { describe, expect, test } from 'vitest';
import { createPathGuard } from './lost-paths.js';

const batch = (...rows: number[][]) => ({ data: Float64Array.from(rows.flat()), n: rows.length, d: rows[0]!.length });

describe('createPathGuard', () => {
  test('freezes what is out of bound or not a number, once, and keeps the rest', () => {
    const guard = createPathGuard(4, 10, 100);
    const good = batch([1, 2], [3, 4], [5, 6], [7, 8]);
    const next = batch([1, 101], [3, 100], [Number.NaN, 6], [7, Number.NEGATIVE_INFINITY]);
    guard.hold(good, next, 0.5);
    expect([...next.data]).toEqual([1, 2, 3, 100, 5, 6, 7, 8]);
    expect(guard.lost).toEqual([
      { path: 10, t: 0.5 },
      { path: 12, t: 0.5 },
      { path: 13, t: 0.5 },
    ]);
    const later = batch([0, 0], [0, 0], [0, 0], [0, 0]);
    guard.hold(next, later, 0.4);
    expect([...later.data]).toEqual([1, 2, 0, 0, 5, 6, 7, 8]);
    expect(guard.lost.length).toBe(3);
  });
});
