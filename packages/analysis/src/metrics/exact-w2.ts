/**
 * Wasserstein-2 distance between two samples of equal size, exact.
 *
 *     W₂² = min over permutations π of  (1/n) Σ_i ‖a_i − b_π(i)‖²
 *
 * By the assignment problem, O(n³): the first `points` rows of each sample (fewer where one is smaller). In one dimension sorting solves it. W₂ of two samples of one
 * law falls like n^{−1/d} only, so read it beside its floor, which is taken at the same number of points. Throws E_SHAPE, E_NOT_FINITE.
 */
import { type Batch, defineMetric, type SampleMetric } from '@fokker/core';
import { z } from 'zod';
import { assign } from './assignment.js';
import { checkSamples } from './check-samples.js';
import { firstRows, squaredDistance } from './nearest.js';
import { quantileDistanceSquared } from './sliced-w2.js';

/** W₂² of two samples of n rows each. */
export function wassersteinSquared(a: Batch, b: Batch): number {
  const { n, d } = a;
  if (d === 1) return quantileDistanceSquared(a.data.slice(0, n).sort(), b.data.slice(0, n).sort());
  const costs = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) costs[i * n + j] = squaredDistance(a, i, b, j);
  const columnOf = assign(n, costs);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += costs[i * n + columnOf[i]!]!;
  return sum / n;
}

const options = z.object({
  points: z
    .int()
    .positive()
    .default(500)
    .describe('rows of each sample that are matched: the time grows with their cube'),
});

/** The metric itself, for scripts. */
export const createExactW2 = ({ points }: z.output<typeof options>): SampleMetric => ({
  distance(a, b) {
    checkSamples(a, b);
    const n = Math.min(points, a.n, b.n);
    return Math.sqrt(wassersteinSquared(firstRows(a, n), firstRows(b, n)));
  },
});

export const exactW2 = defineMetric({
  id: 'exact-w2',
  summary: 'Wasserstein-2 distance by optimal matching, for small samples',
  measures: 'samples',
  options,
  create: createExactW2,
});
