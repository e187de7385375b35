/**
 * Stein's identities: what every score satisfies under its own density, by integration by parts.
 *
 *     E[b·s] = 0,      E[(b·s) y] = −b        for every direction b of the noise range
 *
 * Each is reported as its deviation from zero with the standard error, for an orthonormal basis b_1 … b_r (the noisy coordinates, where the range is spanned by some).
 * A deviation of more than four standard errors says that the score is not that of the samples; agreement tests only these 1 + d functions.
 * Throws E_CAPABILITY, E_NOT_FINITE, E_SHAPE.
 */
import { noiseRangeOf, projectRange, zeros } from '@fokker/core';
import { createFlow } from './flow.js';
import { createMeans } from './means.js';
import { batchesOf, type Driven, type States } from './states.js';

export interface Deviation {
  readonly value: number;
  readonly standardError: number;
}
export interface SteinCheck {
  readonly t: number;
  readonly n: number;
  /** E[b_k·s], [r] */
  readonly mean: readonly Deviation[];
  /** E[(b_k·s) y_j] + b_kj, [r][d] */
  readonly moments: readonly (readonly Deviation[])[];
}

export async function steinCheck({
  states,
  t,
  ...driven
}: Driven & { readonly states: States; readonly t: number }): Promise<SteinCheck> {
  const { sde } = createFlow(driven);
  const d = sde.dim;
  const range = noiseRangeOf(sde);
  const r = range.rank;
  const width = r * (1 + d);
  const means = createMeans(width, 'the score');
  for await (const y of batchesOf(states, d)) {
    const [s, along] = [zeros(y.n, d), zeros(y.n, r)];
    await driven.score.evaluate(y, new Float64Array(y.n).fill(t), { score: s });
    projectRange(range, s, along);
    const values = new Float64Array(y.n * width);
    for (let i = 0, at = 0; i < y.n; i++) {
      for (let k = 0; k < r; k++) {
        const part = along.data[i * r + k]!;
        values[at++] = part;
        for (let j = 0; j < d; j++) {
          const b = range.basis === 'coordinates' ? Number(range.coordinates[k] === j) : range.basis[j * r + k]!;
          values[at++] = part * y.data[i * d + j]! + b;
        }
      }
    }
    means.add(values, y.n);
  }
  const [mean, errors] = [means.mean(), means.standardErrors()];
  const at = (k: number): Deviation => ({ value: mean[k]!, standardError: errors[k]! });
  const rows = Array.from({ length: r }, (_, k) => k * (1 + d));
  return {
    t,
    n: means.n,
    mean: rows.map(at),
    moments: rows.map((row) => Array.from({ length: d }, (_, j) => at(row + 1 + j))),
  };
}
