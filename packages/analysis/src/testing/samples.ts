/** Samples with known laws. */
import { type Batch, fillNormal, type Key, normalQuantile } from '@fokker/core';

export const batch = (d: number, ...values: number[]): Batch => ({
  data: Float64Array.from(values),
  n: values.length / d,
  d,
});

export function normals(key: Key, n: number, d: number): Batch {
  const data = new Float64Array(n * d);
  fillNormal(key, 0, n, d, data);
  return { data, n, d };
}

export const mapped = ({ data, n, d }: Batch, to: (value: number, coordinate: number) => number): Batch => ({
  data: data.map((value, k) => to(value, k % d)),
  n,
  d,
});

/** erf by Simpson's rule; the integrand is entire, 2000 panels on |x| ≤ 6 leave less than 1e-12. */
export function erf(x: number): number {
  const panels = 2000;
  const h = x / panels;
  let sum = 0;
  for (let k = 0; k <= panels; k++) {
    const weight = k === 0 || k === panels ? 1 : k % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((k * h) ** 2));
  }
  return (2 / Math.sqrt(Math.PI)) * (h / 3) * sum;
}

/** The n midpoint quantiles of N(0, 1): a sample without chance. */
export const normalQuantiles = (n: number): Batch => ({
  data: Float64Array.from({ length: n }, (_, i) => normalQuantile((i + 0.5) / n)),
  n,
  d: 1,
});
