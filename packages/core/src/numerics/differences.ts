/**
 * The central difference of fourth order in one direction:
 *
 *     u′(0) ≈ [ 8 (u(h) − u(−h)) − (u(2h) − u(−2h)) ] / 12h,    error h⁴ u⁽⁵⁾/30 + 1.5 ε |u|/h
 */

/** Offsets in steps with their weights over 12; ordered so that the two sides of a pair cancel first. */
export const centralDifference = [
  [1, 8],
  [-1, -8],
  [2, -1],
  [-2, 1],
] as const;
