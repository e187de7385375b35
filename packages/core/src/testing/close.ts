/**
 * Numbers that agree: |a − b| ≤ atol + rtol |b|, entry by entry, over nested or flat arrays.
 */
import { fail } from '../errors.js';

export interface Tolerance {
  /** Relative to the expected entry. Default 0. */
  readonly rtol?: number;
  /** Default 0. */
  readonly atol?: number;
}
export type Numbers = number | ArrayLike<number> | readonly Numbers[];

const flatten = (numbers: Numbers): readonly number[] => {
  if (typeof numbers === 'number') return [numbers];
  const flat: number[] = [];
  for (let i = 0; i < numbers.length; i++) flat.push(...flatten(numbers[i]!));
  return flat;
};

/** The first disagreement in words, or undefined. NaN agrees with nothing. */
export const disagreement = (
  actual: Numbers,
  expected: Numbers,
  { rtol = 0, atol = 0 }: Tolerance,
): string | undefined => {
  const [a, b] = [flatten(actual), flatten(expected)];
  if (a.length !== b.length) return `${a.length} numbers, expected ${b.length}`;
  let worst: { at: number; excess: number } | undefined;
  for (let i = 0; i < a.length; i++) {
    const excess = a[i] === b[i] ? 0 : Math.abs(a[i]! - b[i]!) / (atol + rtol * Math.abs(b[i]!));
    if (!(excess <= (worst?.excess ?? 1)))
      worst = { at: i, excess: Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess };
  }
  if (worst === undefined) return undefined;
  return `entry ${worst.at} is ${a[worst.at]}, expected ${b[worst.at]}: ${worst.excess.toPrecision(3)} × the tolerance (rtol ${rtol}, atol ${atol})`;
};

/** Throws E_CONTRACT where the two differ; `what` names them. */
export const assertAllClose = (what: string, actual: Numbers, expected: Numbers, tolerance: Tolerance = {}): void => {
  const found = disagreement(actual, expected, tolerance);
  if (found === undefined) return;
  fail('E_CONTRACT', {
    summary: `${what} differ`,
    got: found,
    expected: 'agreement within the tolerance',
    tryThis: ['compare the formula with its docstring, symbol by symbol'],
  });
};

/** Relative rounding of a chain of k float32 operations: k · 2⁻²⁴, doubled for luck with signs. */
export const float32RoundOff = (operations: number): number => 2 * operations * 2 ** -24;
