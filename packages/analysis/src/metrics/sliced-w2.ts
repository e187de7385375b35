/**
 * Sliced Wasserstein-2 distance between two samples (Rabin et al. 2011; Bonneel et al. 2015).
 *
 *     SW₂² = mean over θ of W₂²(θ·a, θ·b),      W₂²(x, y) = ∫₀¹ |F_x⁻¹(u) − F_y⁻¹(u)|² du
 *
 * The one-dimensional integral is exact: sorted samples have step quantile functions, with steps at i/n and j/m. The mean over θ is over
 * `directions` keyed unit vectors. The value is SW₂, in the units of the states. A translation by δ gives ‖δ‖/√d on average over θ.
 */
import { defineMetric, type SampleMetric } from '@fokker/core';
import { z } from 'zod';
import { checkSamples } from './check-samples.js';
import { meanOverSlices } from './slices.js';

/** ∫ |F_x⁻¹ − F_y⁻¹|² for sorted samples of any sizes. */
export function quantileDistanceSquared(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  const m = y.length;
  let sum = 0;
  if (n === m) {
    for (let i = 0; i < n; i++) sum += (x[i]! - y[i]!) ** 2;
    return sum / n;
  }
  // In units of 1/(n m) both step grids are integers, so no breakpoint is lost to rounding.
  for (let i = 0, j = 0, u = 0; i < n && j < m; ) {
    const nextX = (i + 1) * m;
    const nextY = (j + 1) * n;
    const end = Math.min(nextX, nextY);
    sum += (end - u) * (x[i]! - y[j]!) ** 2;
    u = end;
    if (nextX === end) i++;
    if (nextY === end) j++;
  }
  return sum / n / m;
}

const options = z.object({
  directions: z.int().positive().default(256).describe('number of directions (one suffices in one dimension)'),
});

/** The metric itself, for scripts. */
export const createSlicedW2 = ({ directions }: z.output<typeof options>): SampleMetric => ({
  distance(a, b, key) {
    checkSamples(a, b);
    return Math.sqrt(meanOverSlices(a, b, directions, key, quantileDistanceSquared));
  },
});

export const slicedW2 = defineMetric({
  id: 'sliced-w2',
  summary: 'sliced Wasserstein-2 distance, exact in each direction',
  measures: 'samples',
  options,
  create: createSlicedW2,
});
