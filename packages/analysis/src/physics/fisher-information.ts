/**
 * Fisher information of p_t in the norm of the noise, from a score and samples (MATH §7):
 *
 *     F = E[sᵀQs],      in a steady state   F = −2 E[∇·f − ½ ∂∂:Q]        (from dS/dt = 0: no score in it)
 *
 * and E s_j² of the coordinates that carry noise. Away from a steady state the second number is not F; their difference is 2 dS/dt. Intervals: 95 %, bootstrap.
 * Throws E_CAPABILITY, E_NOT_FINITE, E_SHAPE.
 */
import type { Estimate, Key } from '@fokker/core';
import { createFlow } from './flow.js';
import { createMeans } from './means.js';
import { batchesOf, type Driven, type States } from './states.js';

export interface FisherInformation {
  readonly t: number;
  readonly n: number;
  /** E[sᵀQs], one over time. */
  readonly fisher: Estimate;
  /** −2 E[∇·f − ½ ∂∂:Q]: what it has to be in a steady state. */
  readonly stationary: Estimate;
  /** E s_j², [d]; of learnt scores only those along the noise mean something. */
  readonly squares: readonly Estimate[];
}

export async function fisherInformation({
  states,
  t,
  key,
  ...driven
}: Driven & { readonly states: States; readonly t: number; readonly key: Key }): Promise<FisherInformation> {
  const flow = createFlow(driven);
  const { sde } = flow;
  const { dim: d } = sde;
  const means = createMeans(d + 2, 'the score');
  for await (const y of batchesOf(states, d)) {
    const { t: times, s, fisher } = await flow.at(y, t);
    const [drift, noise] = [new Float64Array(y.n), new Float64Array(y.n)];
    sde.divergence!(y, times, drift);
    sde.noiseDivergence!.halfHessianTrace(y, times, noise);
    const values = new Float64Array(y.n * (d + 2));
    for (let i = 0, at = 0; i < y.n; i++) {
      values[at++] = fisher[i]!;
      values[at++] = -2 * (drift[i]! - noise[i]!);
      for (let j = 0; j < d; j++) values[at++] = s.data[i * d + j]! ** 2;
    }
    means.add(values, y.n);
  }
  const [fisher, stationary, ...squares] = means.estimates((mean) => [...mean], key);
  return { t, n: means.n, fisher: fisher!, stationary: stationary!, squares };
}
