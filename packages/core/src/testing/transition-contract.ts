/**
 * A declared transition against simulation. From one state, n paths by Heun in K and 2K steps on shared Brownian paths:
 *
 *     sample mean and covariance of y_t   against   m and L Lᵀ of q(y_t | y_s)
 *
 * within four standard errors of the sample and twice the difference of the two step lengths, which estimates what is left of the error of discretisation. K is at least
 * 32, and doubled up to 512 while that difference is more than a standard error.
 */

import { affineImage, affineMapOf } from '../composition/affine-map.js';
import type { Batch } from '../contracts/batch.js';
import type { GaussianTransition } from '../contracts/matrix.js';
import type { Sde } from '../contracts/sde.js';
import { rootKey } from '../numerics/random.js';
import type { Check } from './contract.js';
import { assertMeans, type Deviation, meanOf } from './moments.js';
import { type Region, startsOf } from './probes.js';
import { repeated, sharedPaths } from './shared-noise.js';

const paths = 1024;
const lags = [
  [0.1, 0.2],
  [0.4, 0.7],
] as const;

/** Products (y_i − m_i)(y_j − m_j), i ≥ j, and the coordinates themselves, one array a moment. */
const momentsOf = (y: Batch, m: Float64Array): Float64Array[] => {
  const column = (value: (row: number) => number) => Float64Array.from({ length: y.n }, (_, row) => value(row));
  const off = (row: number, j: number): number => y.data[row * y.d + j]! - m[j]!;
  const coordinates = Array.from(m, (_, j) => column((row) => y.data[row * y.d + j]!));
  const products = Array.from(m, (_, i) =>
    Array.from({ length: i + 1 }, (_, j) => column((row) => off(row, i) * off(row, j))),
  ).flat();
  return [...coordinates, ...products];
};

const deviationsAt = (sde: Sde, transition: GaussianTransition, y: Batch, s: number, t: number): Deviation[] => {
  const d = sde.dim;
  const map = affineMapOf(transition, d, s, t);
  const m = new Float64Array(d);
  affineImage(map, y.data.subarray(0, d), m);
  const lower = Array.from(m, (_, i) => Array.from({ length: i + 1 }, (_, j) => map.Sigma[i * d + j]!)).flat();
  const expected = [...m, ...lower];
  const start = repeated(y, 0, paths);
  for (let K = 32; ; K *= 2) {
    const key = rootKey(11).at('transition');
    const ends = sharedPaths({ sde, start, from: s, to: t, scheme: 'heun', steps: [K, 2 * K], key });
    const [coarse, fine] = (ends ?? []).map((end) => momentsOf(end, m).map(meanOf));
    const found = expected.map((value, k) => ({
      mean: fine?.[k]?.mean ?? Number.NaN,
      error: fine?.[k]?.error ?? Number.NaN,
      expected: value,
      slack: 2 * Math.abs((fine?.[k]?.mean ?? Number.NaN) - (coarse?.[k]?.mean ?? Number.NaN)),
    }));
    if (K >= 512 || found.every(({ slack, error }) => slack <= 2 * error)) return found;
  }
};

export const transitionCase = (sde: Sde, transition: GaussianTransition, region: Region): Check => ({
  name: 'transition: mean and covariance are those of simulated paths',
  run() {
    const { t0, T } = sde.span;
    const y = startsOf(sde, 1, region);
    return lags.map(([s, t]) => {
      const at = (x: number): number => t0 + x * (T - t0);
      return assertMeans(`from ${s} to ${t} of the span`, deviationsAt(sde, transition, y, at(s), at(t)));
    });
  },
});
