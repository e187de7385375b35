/**
 * Numbers that agree: |a − b| ≤ atol + rtol |b|, entry by entry, over nested or flat arrays.
 */
import { fail } from '../errors.js';
import type { Measurement } from './contract.js';

export interface Tolerance {
  /** Relative to the expected entry. Default 0. */
  readonly rtol?: number;
  /** Default 0. */
  readonly atol?: number;
}
export type Numbers = number | ArrayLike<number> | readonly Numbers[];

const flatten = (numbers: Numbers): readonly number[] => {
  if (typeof numbers === 'number') return [numbers];
  if (numbers instanceof Float64Array || numbers instanceof Float32Array) return Array.from(numbers);
  const flat: number[] = [];
  for (let i = 0; i < numbers.length; i++) flat.push(...flatten(numbers[i]!));
  return flat;
};

/** The entry where the two differ most, in units of the tolerance there. NaN agrees with nothing, infinity with itself. */
const worstEntry = (a: readonly number[], b: readonly number[], { rtol = 0, atol = 0 }: Tolerance) => {
  let worst = { at: 0, excess: 0 };
  for (let i = 0; i < a.length; i++) {
    const excess = a[i] === b[i] ? 0 : Math.abs(a[i]! - b[i]!) / (atol + rtol * Math.abs(b[i]!));
    if (!(excess <= worst.excess)) worst = { at: i, excess: Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess };
  }
  return worst;
};

interface Comparison {
  /** Largest difference in units of the tolerance; infinite where the two cannot be compared. */
  readonly excess: number;
  /** In words, where they disagree. */
  readonly disagreement?: string;
}

const compare = (actual: Numbers, expected: Numbers, tolerance: Tolerance): Comparison => {
  const [a, b] = [flatten(actual), flatten(expected)];
  if (a.length !== b.length) {
    return { excess: Number.POSITIVE_INFINITY, disagreement: `${a.length} numbers, expected ${b.length}` };
  }
  const { at, excess } = worstEntry(a, b, tolerance);
  if (excess <= 1) return { excess };
  const { rtol = 0, atol = 0 } = tolerance;
  return {
    excess,
    disagreement: `entry ${at} is ${a[at]}, expected ${b[at]}: ${excess.toPrecision(3)} × the tolerance (rtol ${rtol}, atol ${atol})`,
  };
};

/** The worst disagreement in words, or undefined. */
export const disagreement = (actual: Numbers, expected: Numbers, tolerance: Tolerance): string | undefined =>
  compare(actual, expected, tolerance).disagreement;

/**
 * Throws E_CONTRACT where the two differ; `what` names them. Returns the largest difference beside its limit, both in the unit of the larger of the two tolerances: relative
 * for numbers of order one and above.
 */
export const assertAllClose = (
  what: string,
  actual: Numbers,
  expected: Numbers,
  tolerance: Tolerance = {},
): Measurement => {
  const found = compare(actual, expected, tolerance);
  const limit = Math.max(tolerance.rtol ?? 0, tolerance.atol ?? 0);
  if (found.disagreement === undefined) return { what, value: found.excess * limit, limit };
  return fail('E_CONTRACT', {
    summary: `${what} differ`,
    got: found.disagreement,
    expected: 'agreement within the tolerance',
    tryThis: ['compare the formula with its docstring, symbol by symbol'],
  });
};

/** Relative rounding of a chain of k float32 operations: k · 2⁻²⁴, doubled for luck with signs. */
export const float32RoundOff = (operations: number): number => 2 * operations * 2 ** -24;
