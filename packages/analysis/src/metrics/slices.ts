/**
 * One-dimensional views of two samples of R^d: θ·a and θ·b, sorted, for directions θ uniform on the unit sphere.
 *
 * Directions are a function of the key alone, so a distance and its floor look from the same sides. In one dimension there is one direction.
 */
import { type Batch, fillNormal, type Key } from '@fokker/core';
import { createSorter } from './sort.js';

/** Unit vectors, [count, d] row-major: normalised Gaussian draws. */
export function unitDirections(key: Key, count: number, d: number): Float64Array {
  if (d === 1) return Float64Array.of(1);
  const out = new Float64Array(count * d);
  fillNormal(key.at('directions'), 0, count, d, out);
  for (let k = 0; k < count; k++) {
    let square = 0;
    for (let j = k * d; j < (k + 1) * d; j++) square += out[j]! ** 2;
    for (let j = k * d; j < (k + 1) * d; j++) out[j]! /= Math.sqrt(square);
  }
  return out;
}

function project({ data, n, d }: Batch, theta: Float64Array, from: number, out: Float64Array): void {
  for (let i = 0, k = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < d; j++, k++) sum += theta[from + j]! * data[k]!;
    out[i] = sum;
  }
}

/** Mean over directions of a discrepancy between sorted one-dimensional samples. */
export function meanOverSlices(
  a: Batch,
  b: Batch,
  directions: number,
  key: Key,
  discrepancy: (x: Float64Array, y: Float64Array) => number,
): number {
  const theta = unitDirections(key, directions, a.d);
  const x = new Float64Array(a.n);
  const y = new Float64Array(b.n);
  const sortX = createSorter(a.n);
  const sortY = a.n === b.n ? sortX : createSorter(b.n);
  let sum = 0;
  for (let from = 0; from < theta.length; from += a.d) {
    project(a, theta, from, x);
    project(b, theta, from, y);
    sortX(x);
    sortY(y);
    sum += discrepancy(x, y);
  }
  return (sum * a.d) / theta.length;
}
