/**
 * Functions of time known at grid points t₀ < t₁ < … and linear between them, constant beyond the ends:
 *
 *     c(t) = c_j + φ (c_{j+1} − c_j),    φ = (t − t_j)/(t_{j+1} − t_j)  on  [t_j, t_{j+1}]
 *
 * A cell is looked up once (`cellOf`, `fractionIn`) and may serve many curves on the same grid. Values never leave the interval between their neighbours,
 * so a nondecreasing table gives a nondecreasing curve in floating point too.
 *
 * Throws E_SHAPE for a grid that is empty, not increasing or of another length than its values, E_NOT_FINITE for entries that are not numbers.
 */
import { fail } from '../errors.js';

/** Cell j with t_j ≤ at < t_{j+1}, clamped to the first and last cell; 0 for a grid of one point. */
export const cellOf = (t: ArrayLike<number>, at: number): number => {
  let low = 0;
  let high = t.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (t[middle]! <= at) low = middle;
    else high = middle;
  }
  return low;
};

/** φ in [0, 1] of time `at` within cell j. */
export const fractionIn = (t: ArrayLike<number>, j: number, at: number): number => {
  if (t.length < 2) return 0;
  const fraction = (at - t[j]!) / (t[j + 1]! - t[j]!);
  return Math.max(0, Math.min(1, fraction));
};

/** a + φ (b − a), kept between a and b against rounding. */
export const between = (a: number, b: number, fraction: number): number => {
  const value = a + fraction * (b - a);
  return a <= b ? Math.min(value, b) : Math.max(value, b);
};

/** Refuses a grid on which no curve can stand. */
export const checkGrid = (t: readonly number[], values: readonly unknown[], what: string): void => {
  if (t.length === 0 || t.length !== values.length) {
    fail('E_SHAPE', {
      summary: `${what} is not a table over time`,
      got: `${t.length} times and ${values.length} values`,
      expected: 'one value per time, at least one',
      tryThis: ['write one value for each time of the grid'],
    });
  }
  for (let j = 0; j < t.length; j++) {
    if (!Number.isFinite(t[j])) {
      fail('E_NOT_FINITE', {
        summary: `${what} has a time that is not a number`,
        got: `t[${j}] = ${t[j]}`,
        expected: 'finite times',
        tryThis: ['prepare the run again'],
      });
    }
    if (j > 0 && t[j]! <= t[j - 1]!) {
      fail('E_SHAPE', {
        summary: `the times of ${what} do not increase`,
        got: `t[${j - 1}] = ${t[j - 1]}, t[${j}] = ${t[j]}`,
        expected: 'strictly increasing times',
        tryThis: ['sort the grid and drop repeated times'],
      });
    }
  }
};

/** The piecewise linear c(t). */
export const piecewiseLinear = (t: readonly number[], values: readonly number[]): ((at: number) => number) => {
  checkGrid(t, values, 'a piecewise linear curve');
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    fail('E_NOT_FINITE', {
      summary: 'a piecewise linear curve has a value that is not a number',
      got: `value ${values[bad]} at t = ${t[bad]}`,
      expected: 'finite values',
      tryThis: ['prepare the run again'],
    });
  }
  const times = Float64Array.from(t);
  const table = Float64Array.from(values);
  return (at) => {
    const j = cellOf(times, at);
    return between(table[j]!, table[Math.min(j + 1, table.length - 1)]!, fractionIn(times, j, at));
  };
};
