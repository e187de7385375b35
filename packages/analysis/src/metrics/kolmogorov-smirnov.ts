/**
 * Kolmogorov–Smirnov distances, coordinate by coordinate.
 *
 *     D_j = sup over x of |F_a(x) − F_b(x)|    of coordinate j;    the metric is max_j D_j
 *
 * Interval: with probability 95 % every |D̂_j − D_j| ≤ √(ln(4d/α)/(2n)) + √(ln(4d/α)/(2m)), α = 0.05 (Dvoretzky–Kiefer–Wolfowitz with Massart's constant, for 2d
 * distribution functions at once): it holds at any n, and is wide. Blind to everything but the margins. Throws E_SHAPE, E_NOT_FINITE.
 */
import { type Batch, defineMetric, type SampleEstimate, type SampleMetric } from '@fokker/core';
import { z } from 'zod';
import { checkSamples } from './check-samples.js';

const column = ({ data, n, d }: Batch, j: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => data[i * d + j]!).sort();

/** sup |F_x − F_y| of sorted samples. */
export function kolmogorovDistance(x: Float64Array, y: Float64Array): number {
  let largest = 0;
  for (let i = 0, j = 0; i < x.length && j < y.length; ) {
    const value = Math.min(x[i]!, y[j]!);
    while (i < x.length && x[i]! === value) i++;
    while (j < y.length && y[j]! === value) j++;
    largest = Math.max(largest, Math.abs(i / x.length - j / y.length));
  }
  return largest;
}

/** max_j D_j with its interval; `parts` are the D_j. */
export function kolmogorovSmirnovDistances(a: Batch, b: Batch): SampleEstimate {
  checkSamples(a, b);
  const parts = Array.from({ length: a.d }, (_, j) => kolmogorovDistance(column(a, j), column(b, j)));
  const value = Math.max(...parts);
  const tail = Math.log((4 * a.d) / 0.05) / 2;
  const half = Math.sqrt(tail / a.n) + Math.sqrt(tail / b.n);
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half), parts };
}

/** The metric itself, for scripts. */
export const createKolmogorovSmirnov = (): SampleMetric => ({
  distance: (a, b) => kolmogorovSmirnovDistances(a, b).value,
  estimate: kolmogorovSmirnovDistances,
});

export const kolmogorovSmirnov = defineMetric({
  id: 'kolmogorov-smirnov',
  summary: 'largest difference of distribution functions, over the coordinates',
  measures: 'samples',
  options: z.object({}),
  create: createKolmogorovSmirnov,
});
