/**
 * 95 % intervals of proportions and means.
 *
 *     Wilson (1927), a proportion p̂ of n    (p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n),    z = 1.96
 *     normal                                 value ± z · standard error
 */
import type { Estimate } from '@fokker/core';

export const normal95 = 1.959963984540054;

export function wilson(successes: number, n: number): Estimate {
  const z2 = normal95 ** 2;
  const value = successes / n;
  const centre = (value + z2 / (2 * n)) / (1 + z2 / n);
  const half = (normal95 * Math.sqrt((value * (1 - value)) / n + z2 / (4 * n * n))) / (1 + z2 / n);
  return { value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

export const plusMinus = (value: number, standardError: number): Estimate => ({
  value,
  low: value - normal95 * standardError,
  high: value + normal95 * standardError,
});
