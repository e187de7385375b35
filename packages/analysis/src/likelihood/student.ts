/**
 * Means of few draws with a 95 % interval: mean ± t_{0.975, ν} s/√k, ν = k − 1 (Student).
 *
 * Quantiles: a table up to ν = 10, then the expansion in 1/ν of Abramowitz & Stegun 26.7.5, good to 1e-5.
 */
const table = [12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139];
const z = 1.959963984540054;
const terms = [
  (z ** 3 + z) / 4,
  (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
  (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
];

/** t_{0.975, ν} */
export const studentQuantile = (nu: number): number =>
  table[nu - 1] ?? terms.reduce((sum, term, k) => sum + term / nu ** (k + 1), z);

export interface MeanOfDraws {
  readonly value: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}

/** Of draws[at], draws[at + stride], …, `count` of them. One draw has no error bar: its interval is ±∞. */
export function meanOfDraws(draws: Float64Array, at: number, stride: number, count: number): MeanOfDraws {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += draws[at + k * stride]!;
  const value = sum / count;
  let squares = 0;
  for (let k = 0; k < count; k++) squares += (draws[at + k * stride]! - value) ** 2;
  const standardError = count > 1 ? Math.sqrt(squares / (count - 1) / count) : Number.POSITIVE_INFINITY;
  const half = count > 1 ? studentQuantile(count - 1) * standardError : Number.POSITIVE_INFINITY;
  return { value, standardError, low: value - half, high: value + half };
}
