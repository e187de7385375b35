/**
 * Maximum mean discrepancy between two samples (Gretton et al. 2012, eq. 3), with a mean of Gaussian kernels.
 *
 *     k(x, y) = mean over h of exp(−‖x − y‖²/(2h²))
 *     MMD²   = Σ_{i≠i'} k(x_i, x_i')/(n(n−1)) + Σ_{j≠j'} k(y_j, y_j')/(m(m−1)) − 2 Σ_ij k(x_i, y_j)/(nm)
 *
 * The estimate of MMD² is unbiased, so it is negative about half of the time for equal laws; the distance is √max(MMD², 0), whose floor is positive.
 * Bandwidths h: given in the units of the states, or multiples of the median distance in the reference sample (over its first 500 rows).
 *
 * Interval of MMD²: ± 1.96 standard errors from the variances of the row means a_i = mean_{i'} k(x_i, x_i') − mean_j k(x_i, y_j) and their twins,
 * 4 Var(a)/n + 4 Var(b)/m. Near equal laws, where the first order vanishes, it is too wide by up to √2, never too narrow.
 *
 * O(n²d) time: the first `points` rows of each sample are used. Throws E_SHAPE, E_NOT_FINITE.
 */
import { type Batch, defineMetric, type Estimate, fail, type SampleMetric } from '@fokker/core';
import { z } from 'zod';
import { checkSamples } from './check-samples.js';
import { plusMinus } from './interval.js';
import { firstRows, squaredDistance } from './nearest.js';

const forMedian = 500;

/** The median distance between two of the first rows. */
export function medianDistance(b: Batch): number {
  const { n } = firstRows(b, forMedian);
  const squares = new Float64Array((n * (n - 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) squares[at++] = squaredDistance(b, i, b, j);
  squares.sort();
  return Math.sqrt(squares[squares.length >> 1] ?? 0);
}

/** −1/(2h²) for each bandwidth. */
type Exponents = readonly number[];

/** Adds k(a_i, b_j) over all j (but i itself within one sample) to rows[i], and over all i to columns[j]. */
function addKernel(
  exponents: Exponents,
  a: Batch,
  b: Batch,
  within: boolean,
  rows: Float64Array,
  columns: Float64Array,
) {
  for (let i = 0; i < a.n; i++) {
    for (let j = 0; j < (within ? i : b.n); j++) {
      const square = squaredDistance(a, i, b, j);
      let k = 0;
      for (const exponent of exponents) k += Math.exp(exponent * square);
      rows[i]! += k / exponents.length;
      columns[j]! += k / exponents.length;
    }
  }
}

function meanAndVariance(values: Float64Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}

/** The unbiased MMD² with its interval. `a` [n, d], `b` [m, d], n, m ≥ 2; `bandwidths` in the units of the states. */
export function mmdSquared(a: Batch, b: Batch, bandwidths: readonly number[]): Estimate {
  checkSamples(a, b);
  if (a.n < 2 || b.n < 2 || bandwidths.length === 0 || !bandwidths.every((h) => h > 0)) {
    fail('E_SHAPE', {
      summary: 'MMD needs two rows of each sample and positive bandwidths',
      got: `${a.n} and ${b.n} rows, bandwidths ${bandwidths.join(', ')}`,
      expected: 'n, m ≥ 2 and numbers above 0',
      tryThis: ['samples that are not all one point', 'bandwidths: [1]'],
    });
  }
  const exponents = bandwidths.map((h) => -0.5 / h ** 2);
  const [xx, xy, yy, yx] = [a.n, a.n, b.n, b.n].map((n) => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  addKernel(exponents, a, a, true, xx, xx);
  addKernel(exponents, b, b, true, yy, yy);
  addKernel(exponents, a, b, false, xy, yx);
  const x = meanAndVariance(xx.map((sum, i) => sum / (a.n - 1) - xy[i]! / b.n));
  const y = meanAndVariance(yy.map((sum, j) => sum / (b.n - 1) - yx[j]! / a.n));
  return plusMinus(x.mean + y.mean, Math.sqrt((4 * x.variance) / a.n + (4 * y.variance) / b.n));
}

const options = z.object({
  bandwidths: z
    .array(z.number().positive())
    .min(1)
    .optional()
    .describe('bandwidths h in the units of the states; by default multiples of the median distance'),
  medians: z
    .array(z.number().positive())
    .min(1)
    .default([0.5, 1, 2])
    .describe('bandwidths as multiples of the median distance in the reference sample'),
  points: z.int().min(2).default(2000).describe('rows of each sample that are used: the time grows with their square'),
});

const root = (square: number): number => Math.sqrt(Math.max(square, 0));

/** The metric itself, for scripts. */
export const createMmd = ({ bandwidths, medians, points }: z.output<typeof options>): SampleMetric => {
  const estimate = (a: Batch, b: Batch): Estimate => {
    checkSamples(a, b);
    const reference = firstRows(b, points);
    const { value, low, high } = mmdSquared(
      firstRows(a, points),
      reference,
      bandwidths ?? medians.map((factor) => factor * medianDistance(reference)),
    );
    return { value: root(value), low: root(low), high: root(high) };
  };
  return { distance: (a, b) => estimate(a, b).value, estimate };
};

export const mmd = defineMetric({
  id: 'mmd',
  summary: 'maximum mean discrepancy with Gaussian kernels, from the unbiased estimate of its square',
  measures: 'samples',
  options,
  create: createMmd,
});
