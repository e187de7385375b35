import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import '../testing/vitest.js';
import { cholesky } from './cholesky.js';
import { lowerTimes, solveLower, solveLowerTransposed } from './triangular.js';

describe('Cholesky and triangular solves', () => {
  test('A = L Lᵀ, L⁻¹ L z = z, Lᵀ L⁻ᵀ z = z', () => {
    const number = fc.integer({ min: -300, max: 300 }).map((k) => k / 100);
    fc.assert(
      fc.property(fc.array(number, { minLength: 12, maxLength: 12 }), (values) => {
        const d = 3;
        // a well-conditioned root: diagonal at least 4
        const root = Float64Array.from({ length: 9 }, (_, k) =>
          k % 3 > k / 3 ? 0 : values[k]! + (k % 4 === 0 ? 7 : 0),
        );
        const z = Float64Array.from(values.slice(9));
        const A = new Float64Array(9);
        for (let i = 0; i < d; i++)
          for (let j = 0; j < d; j++) for (let k = 0; k < d; k++) A[i * d + j]! += root[i * d + k]! * root[j * d + k]!;
        const L = new Float64Array(11);
        expect(cholesky(d, A, 0, L, 2)).toBe(-1);
        expect(L.subarray(2)).toBeAllClose(root, { atol: 1e-13 });
        const out = new Float64Array(3);
        lowerTimes(d, L, 2, z, 0, 1, out, 0);
        solveLower(d, L, 2, out, 0, out, 0);
        expect(out).toBeAllClose(z, { atol: 1e-13 });
        solveLowerTransposed(d, L, 2, z, 0, -2, out, 0);
        const back = [0, 1, 2].map((i) => [0, 1, 2].reduce((sum, k) => sum + L[2 + k * d + i]! * out[k]!, 0));
        expect(back).toBeAllClose(
          z.map((x) => -2 * x),
          { atol: 1e-13 },
        );
      }),
      { numRuns: 50, seed: 4 },
    );
  });

  test('scaling does not hurt: entries 1e-12 apart', () => {
    const L = new Float64Array(4);
    expect(cholesky(2, Float64Array.of(1e-12, 0.8e-6, 0.8e-6, 1), 0, L, 0)).toBe(-1);
    expect(L).toBeAllClose([1e-6, 0, 0.8, 0.6], { rtol: 1e-15 });
  });

  test('a matrix without digits for a pivot is reported, and never repaired', () => {
    const L = new Float64Array(9);
    expect(cholesky(2, Float64Array.of(1, 1, 1, 1), 0, L, 0)).toBe(1);
    expect(cholesky(2, Float64Array.of(-1, 0, 0, 1), 0, L, 0)).toBe(0);
    expect(cholesky(2, Float64Array.of(1, 2, 2, 1), 0, L, 0)).toBe(1);
    expect(cholesky(2, Float64Array.of(0, 1, 1, 1), 0, L, 0)).toBe(0);
    expect(cholesky(2, Float64Array.of(1, Number.NaN, Number.NaN, 1), 0, L, 0)).toBe(1);
  });

  test('a coordinate without noise has a zero row and a zero solution', () => {
    const L = new Float64Array(9);
    expect(cholesky(3, Float64Array.of(4, 0, 2, 0, 0, 0, 2, 0, 2), 0, L, 0)).toBe(-1);
    expect([...L]).toEqual([2, 0, 0, 0, 0, 0, 1, 0, 1]);
    const z = Float64Array.of(1, 5, 3);
    solveLowerTransposed(3, L, 0, z, 0, 1, z, 0);
    expect([...z]).toEqual([-1, 0, 3]);
  });
});
