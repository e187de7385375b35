import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellOf, fractionIn, piecewiseLinear } from './curve.js';

describe('piecewise linear curves', () => {
  test('pass through their points, are linear between and constant beyond', () => {
    const c = piecewiseLinear([0, 1, 3], [2, 4, 0]);
    expect([0, 1, 3].map(c)).toEqual([2, 4, 0]);
    expect([0.5, 2, -1, 9].map(c)).toEqual([3, 2, 2, 0]);
  });

  test('one point is a constant', () => {
    expect([-1, 5, 7].map(piecewiseLinear([5], [2]))).toEqual([2, 2, 2]);
  });

  test('a nondecreasing table gives a nondecreasing curve, to the last bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-3, max: 10, noNaN: true }), { minLength: 2, maxLength: 20 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 40 }),
        (steps, shares) => {
          const t = steps.map((_, j) => steps.slice(0, j + 1).reduce((a, b) => a + b));
          const values = t.map((time, j) => Math.sqrt(time) + Math.floor(j / 3));
          const c = piecewiseLinear(t, values);
          const times = [...shares.map((share) => share * t.at(-1)!), ...t].sort((a, b) => a - b);
          times.slice(1).forEach((time, j) => {
            expect(c(time)).toBeGreaterThanOrEqual(c(times[j]!));
          });
        },
      ),
    );
  });

  test('cells hold their time', () => {
    const t = [0, 0.1, 0.5, 2];
    expect([0, 0.05, 0.1, 0.4999, 1.9, 2, 5, -1].map((at) => cellOf(t, at))).toEqual([0, 0, 1, 1, 2, 2, 2, 0]);
    expect(fractionIn(t, 2, 2)).toBe(1);
  });

  test('grids that are none are refused', () => {
    expect(() => piecewiseLinear([], [])).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
    expect(() => piecewiseLinear([0, 1], [1])).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
    expect(() => piecewiseLinear([0, 0], [1, 1])).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
    expect(() => piecewiseLinear([0, Number.NaN], [1, 1])).toThrow(expect.objectContaining({ code: 'E_NOT_FINITE' }));
    expect(() => piecewiseLinear([0, 1], [1, Number.POSITIVE_INFINITY])).toThrow(
      expect.objectContaining({ code: 'E_NOT_FINITE' }),
    );
  });
});
