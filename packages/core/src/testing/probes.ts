/**
 * Points at which a contract looks at a process: states in its own region and times spread over [cutoff.train, T], the same at every call.
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { Sde } from '../contracts/sde.js';
import { fillNormal, fillUniform, rootKey } from '../numerics/random.js';

export interface Probes {
  readonly y: Batch;
  readonly t: Float64Array;
}

/** Where the states of a process lie: N(0, scale² I), moved coordinate by coordinate by `place`; or `states` as they are, rows over and over. */
export interface Region {
  /** Root mean square of the states. Default 1. */
  readonly scale?: number;
  /** Moves coordinate j of a normal state into the domain: `Math.exp` for positive ones. */
  readonly place?: (z: number, j: number) => number;
  readonly states?: Batch;
}

/** n states of the region, [n, d]. */
export const statesOf = (dim: number, n: number, { scale = 1, place, states }: Region): Batch => {
  if (states !== undefined)
    return rowsOf(
      states,
      Array.from({ length: n }, (_, i) => i % states.n),
    );
  const y = zeros(n, dim);
  fillNormal(rootKey(20240726).at('probes').at('y'), 0, n, dim, y.data);
  for (let k = 0; k < y.data.length; k++) {
    const z = scale * y.data[k]!;
    y.data[k] = place === undefined ? z : place(z, k % dim);
  }
  return y;
};

export const probesOf = ({ dim, span, cutoff }: Sde, n: number, region: Region = {}): Probes => {
  const t = new Float64Array(n);
  fillUniform(rootKey(20240726).at('probes').at('t'), 0, n, 1, t);
  for (let i = 0; i < n; i++) t[i] = cutoff.train + t[i]! * (span.T - cutoff.train);
  return { y: statesOf(dim, n, region), t };
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
