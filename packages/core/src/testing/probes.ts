/**
 * Points at which a contract looks at a process: states in its own region, inside its walls if there are any, and times spread over [cutoff.train, T]; the same at every call.
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { Sde } from '../contracts/sde.js';
import { placeInside } from '../numerics/domain.js';
import { fillNormal, fillUniform, rootKey } from '../numerics/random.js';

export interface Probes {
  readonly y: Batch;
  readonly t: Float64Array;
}

/** Where the states of a process lie: N(0, scale² I) moved inside its walls; or `states` as they are, rows over and over. */
export interface Region {
  /** Root mean square of the states. Default 1. */
  readonly scale?: number;
  readonly states?: Batch;
}

const key = rootKey(20240726).at('probes');

/** n states of the region, [n, d]. */
export const statesOf = ({ dim, domain }: Sde, n: number, { scale = 1, states }: Region): Batch => {
  if (states !== undefined) {
    const rows = Array.from({ length: n }, (_, i) => i % states.n);
    return rowsOf(states, rows);
  }
  const y = zeros(n, dim);
  fillNormal(key.at('y'), 0, n, dim, y.data);
  for (let k = 0; k < y.data.length; k++) y.data[k]! *= scale;
  if (domain !== undefined) placeInside(domain, y);
  return y;
};

/** n states from which paths start: where the process says it starts, else states of the region. */
export const startsOf = (sde: Sde, n: number, region: Region): Batch => {
  if (sde.initial === undefined || region.states !== undefined) return statesOf(sde, n, region);
  const y = zeros(n, sde.dim);
  sde.initial.draw(key.at('start'), 0, y);
  return y;
};

export const probesOf = (sde: Sde, n: number, region: Region = {}): Probes => {
  const { span, cutoff } = sde;
  const t = new Float64Array(n);
  fillUniform(key.at('t'), 0, n, 1, t);
  for (let i = 0; i < n; i++) t[i] = cutoff.train + t[i]! * (span.T - cutoff.train);
  return { y: statesOf(sde, n, region), t };
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
