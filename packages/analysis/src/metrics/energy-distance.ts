/**
 * Energy distance between two samples (Székely & Rizzo 2013), the square root of
 *
 *     D² = 2 E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖ ≥ 0
 *
 * with expectations over the two empirical laws (pairs i = i′ included), so D = 0 only for equal ones.
 *
 * One dimension, exact by sorting:   D² = 2 ∫ (F_x − F_y)² dr.
 * More dimensions, two ways to the same number:
 *     sliced (default)   ‖x‖ = c_d E_θ|θ·x|,  c_d = √π Γ((d+1)/2) / Γ(d/2),  hence  D² = c_d E_θ D²(θ·a, θ·b): the mean over keyed directions is
 *                        unbiased, O(n log n) each; only the directions are sampled
 *     pairs              every pair of points, O((n + m)² d) time, no memory; exact
 */
import { type Batch, defineMetric, type SampleMetric } from '@fokker/core';
import { z } from 'zod';
import { checkSamples } from './check-samples.js';
import { meanOverSlices } from './slices.js';

/** 2 ∫ (F_x − F_y)² dr for sorted samples of any sizes. */
function cramerDistanceSquared(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  const m = y.length;
  let sum = 0;
  let previous = Math.min(x[0]!, y[0]!);
  for (let i = 0, j = 0; i < n || j < m; ) {
    const fromX = j === m || (i < n && x[i]! <= y[j]!);
    const value = fromX ? x[i]! : y[j]!;
    sum += (value - previous) * (i / n - j / m) ** 2;
    previous = value;
    if (fromX) i++;
    else j++;
  }
  return 2 * sum;
}

/** c_d = √π Γ((d+1)/2) / Γ(d/2): c₁ = 1, c₂ = π/2, and c_{d+2} = c_d (d+1)/d. */
export function sliceFactor(d: number): number {
  let factor = d % 2 === 1 ? 1 : Math.PI / 2;
  for (let k = d % 2 === 1 ? 1 : 2; k < d; k += 2) factor *= (k + 1) / k;
  return factor;
}

/** Σ_{i,j} ‖a_i − b_j‖, rows summed one by one so that no sum grows much longer than its terms. */
function sumOfDistances(a: Batch, b: Batch): number {
  const { d } = a;
  let total = 0;
  for (let i = 0; i < a.n; i++) {
    let row = 0;
    for (let j = 0; j < b.n; j++) {
      let square = 0;
      for (let k = 0; k < d; k++) square += (a.data[i * d + k]! - b.data[j * d + k]!) ** 2;
      row += Math.sqrt(square);
    }
    total += row;
  }
  return total;
}

function overPairs(a: Batch, b: Batch): number {
  const between = sumOfDistances(a, b) / a.n / b.n;
  const within = sumOfDistances(a, a) / a.n / a.n + sumOfDistances(b, b) / b.n / b.n;
  return Math.max(2 * between - within, 0);
}

const options = z.object({
  estimator: z
    .enum(['sliced', 'pairs'])
    .default('sliced')
    .describe('in more than one dimension: keyed directions, or every pair of points, O(n²)'),
  directions: z.int().positive().default(256).describe('number of directions of the sliced estimator'),
});

/** The metric itself, for scripts. */
export const createEnergyDistance = ({ estimator, directions }: z.output<typeof options>): SampleMetric => ({
  distance(a, b, key) {
    checkSamples(a, b);
    const squared =
      a.d === 1 || estimator === 'sliced'
        ? sliceFactor(a.d) * meanOverSlices(a, b, directions, key, cramerDistanceSquared)
        : overPairs(a, b);
    return Math.sqrt(squared);
  },
});

export const energyDistance = defineMetric({
  id: 'energy-distance',
  summary: 'energy distance: zero only for equal laws',
  measures: 'samples',
  options,
  create: createEnergyDistance,
});
