/** The control that knows two moments and nothing else: N(m, C) with mean and covariance of the simulated states at the same time. */
import { type Batch, cholesky, fillNormal, type Key, lowerTimes, zeros } from '@fokker/core';

export function matchedGaussian({ data, n, d }: Batch, key: Key): Batch {
  const mean = new Float64Array(d);
  const covariance = new Float64Array(d * d);
  for (let k = 0; k < n * d; k++) mean[k % d]! += data[k]! / n;
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) {
        covariance[a * d + b]! += ((data[i * d + a]! - mean[a]!) * (data[i * d + b]! - mean[b]!)) / n;
      }
    }
  }
  const root = new Float64Array(d * d);
  const failed = cholesky(d, covariance, 0, root, 0);
  // A coordinate that is a function of the others has no Gaussian of its own: fall back on independent coordinates.
  if (failed >= 0) for (let j = 0; j < d * d; j++) root[j] = j % (d + 1) === 0 ? Math.sqrt(covariance[j]!) : 0;
  const out = zeros(n, d);
  const z = new Float64Array(n * d);
  fillNormal(key, 0, n, d, z);
  for (let i = 0; i < n; i++) {
    lowerTimes(d, root, 0, z, i * d, 1, out.data, i * d);
    for (let j = 0; j < d; j++) out.data[i * d + j]! += mean[j]!;
  }
  return out;
}
