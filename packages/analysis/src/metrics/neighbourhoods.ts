/**
 * Do samples lie where the reference lies, and everywhere it lies? Four shares, by balls that reach to the k-th neighbour within a sample.
 *
 *     B_k(x_i)    the ball around x_i through its k-th nearest neighbour in its own sample
 *     precision   share of a inside some B_k(b_i)                                (Kynkäänniemi et al. 2019)
 *     recall      share of b inside some B_k(a_i)                                (Kynkäänniemi et al. 2019)
 *     density     mean number over a of balls B_k(b_i) it lies in, over k         (Naeem et al. 2020), about 1, not confined below it
 *     coverage    share of b whose ball B_k(b_i) holds some point of a            (Naeem et al. 2020)
 *
 * For equal continuous laws, n points of a and m of b, E[density] = 1 and
 *     E[coverage] = 1 − Π_{l=1…k} (m − l)/(m + n − l).
 * a: the samples in question, b: the reference. Interval: Wilson's, which takes the points as independent though they share balls; of the density, a normal one from
 * the variance over a. O(n²d) time: the first `points` rows of each sample are used. Throws E_SHAPE, E_NOT_FINITE.
 */
import { type Batch, defineMetric, type Estimate, fail, type SampleMetric } from '@fokker/core';
import { z } from 'zod';
import { checkSamples } from './check-samples.js';
import { plusMinus, wilson } from './interval.js';
import { firstRows, squaredDistance, visitNearest } from './nearest.js';

/** Squared distance of each row to its k-th neighbour. */
function radii(x: Batch, k: number): Float64Array {
  const out = new Float64Array(x.n);
  visitNearest(x, x, k, true, (i, squares) => {
    out[i] = squares[k - 1]!;
  });
  return out;
}

/** Number of balls around rows of `centres` that hold row i of `points`. */
function ballsHolding(points: Batch, i: number, centres: Batch, radius: Float64Array): number {
  let count = 0;
  for (let j = 0; j < centres.n; j++) if (squaredDistance(points, i, centres, j) <= radius[j]!) count += 1;
  return count;
}

/** Share of `points` in the union of the balls around `centres`. */
function shareInside(points: Batch, centres: Batch, k: number): Estimate {
  const radius = radii(centres, k);
  let inside = 0;
  for (let i = 0; i < points.n; i++) if (ballsHolding(points, i, centres, radius) > 0) inside += 1;
  return wilson(inside, points.n);
}

function densityOf(a: Batch, b: Batch, k: number): Estimate {
  const radius = radii(b, k);
  const counts = Float64Array.from({ length: a.n }, (_, i) => ballsHolding(a, i, b, radius) / k);
  const mean = counts.reduce((sum, count) => sum + count, 0) / a.n;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / Math.max(1, a.n - 1);
  return plusMinus(mean, Math.sqrt(variance / a.n));
}

function coverageOf(a: Batch, b: Batch, k: number): Estimate {
  const radius = radii(b, k);
  let covered = 0;
  visitNearest(b, a, 1, false, (i, squares) => {
    if (squares[0]! <= radius[i]!) covered += 1;
  });
  return wilson(covered, b.n);
}

const optionsWith = (k: number) =>
  z.object({
    k: z.int().positive().default(k).describe('k, neighbours that a ball reaches to'),
    points: z
      .int()
      .min(2)
      .default(2000)
      .describe('rows of each sample that are used: the time grows with their square'),
  });
type Options = z.output<ReturnType<typeof optionsWith>>;

const shareMetric =
  (share: (a: Batch, b: Batch, k: number) => Estimate) =>
  ({ k, points }: Options): SampleMetric => {
    const estimate = (a: Batch, b: Batch): Estimate => {
      checkSamples(a, b);
      if (Math.min(a.n, b.n, points) <= k) {
        fail('E_SHAPE', {
          summary: 'a ball reaches to more neighbours than the sample has',
          got: `k = ${k}, samples of ${a.n} and ${b.n} rows, of which ${points} are used`,
          expected: 'more rows than k',
          tryThis: ['more samples', 'k: 3'],
        });
      }
      return share(firstRows(a, points), firstRows(b, points), k);
    };
    return { distance: (a, b) => estimate(a, b).value, estimate };
  };

export const createPrecision = shareMetric(shareInside);
export const createRecall = shareMetric((a, b, k) => shareInside(b, a, k));
export const createDensity = shareMetric(densityOf);
export const createCoverage = shareMetric(coverageOf);

const share = { measures: 'samples', closer: 'larger' } as const;
export const precision = defineMetric({
  ...share,
  id: 'precision',
  summary: 'share of the samples that lie among the reference',
  options: optionsWith(3),
  create: createPrecision,
});
export const recall = defineMetric({
  ...share,
  id: 'recall',
  summary: 'share of the reference that lies among the samples',
  options: optionsWith(3),
  create: createRecall,
});
export const density = defineMetric({
  ...share,
  id: 'density',
  summary: 'how densely the samples lie where the reference does; 1 for equal laws',
  options: optionsWith(5),
  create: createDensity,
});
export const coverage = defineMetric({
  ...share,
  id: 'coverage',
  summary: 'share of the reference that has a sample in its neighbourhood',
  options: optionsWith(5),
  create: createCoverage,
});
