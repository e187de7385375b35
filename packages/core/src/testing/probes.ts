/**
 * Points at which a contract looks at a process: n rows of N(0, scale² I), moved inside the walls if there are any, and times spread over [cutoff.train, T], the same at every call.
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { Sde } from '../contracts/sde.js';
import { placeInside } from '../numerics/domain.js';
import { fillNormal, fillUniform, rootKey } from '../numerics/random.js';

export interface Probes {
  readonly y: Batch;
  readonly t: Float64Array;
}

export const probesOf = ({ dim, span, cutoff, domain }: Sde, n: number, scale: number): Probes => {
  const key = rootKey(20240726).at('probes');
  const [y, t] = [zeros(n, dim), new Float64Array(n)];
  fillNormal(key.at('y'), 0, n, dim, y.data);
  for (let k = 0; k < y.data.length; k++) y.data[k]! *= scale;
  if (domain !== undefined) placeInside(domain, y);
  fillUniform(key.at('t'), 0, n, 1, t);
  for (let i = 0; i < n; i++) t[i] = cutoff.train + t[i]! * (span.T - cutoff.train);
  return { y, t };
};

export const copyOf = ({ data, n, d }: Batch): Batch => ({ data: data.slice(), n, d });

/** Rows in the given order. */
export const rowsOf = ({ data, d }: Batch, rows: readonly number[]): Batch => {
  const out = zeros(rows.length, d);
  rows.forEach((row, i) => {
    out.data.set(data.subarray(row * d, (row + 1) * d), i * d);
  });
  return out;
};
