import { describe, expect, test } from 'vitest';
import { assertAllClose, disagreement, float32RoundOff } from './close.js';
import './vitest.js';

describe('toBeAllClose', () => {
  test('nested and flat arrays', () => {
    expect([
      [1, 2],
      [3, 4],
    ]).toBeAllClose(Float64Array.of(1, 2, 3, 4 + 1e-9), { atol: 1e-8 });
    expect(2).toBeAllClose(2, {});
    expect([1, 2]).not.toBeAllClose([1, 2.1], { rtol: 1e-3 });
  });

  test('says which entry is worst', () => {
    expect(disagreement([1, 2, 3], [1, 2.2, 4], { atol: 0.1 })).toMatch(/entry 2 is 3, expected 4: 10.0 ×/);
    expect(disagreement([1], [1, 2], {})).toMatch(/1 numbers, expected 2/);
  });

  test('NaN agrees with nothing, infinity with itself', () => {
    expect(disagreement([Number.NaN], [Number.NaN], { atol: 1 })).toMatch(/entry 0 is NaN/);
    expect(disagreement([Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY], {})).toBeUndefined();
    expect(disagreement([1], [Number.POSITIVE_INFINITY], { rtol: 1 })).toBeDefined();
  });

  test('assertAllClose throws by code', () => {
    expect(() => assertAllClose('a and b', [1], [2])).toThrow(expect.objectContaining({ code: 'E_CONTRACT' }));
  });

  test('float32 rounding of one operation bounds a cast', () => {
    const x = 0.1;
    expect(Math.abs(Math.fround(x) - x) / x).toBeLessThan(float32RoundOff(1));
  });
});
