/**
 * Entropy production rates at time t from a score and samples of p_t (k_B = 1; MATH §7; Seifert 2012; Boffi & Vanden-Eijnden 2024).
 *
 *     system   dS/dt = E[∇·u] = −E[u·s] = E[∇·f − ½ ∂∂:Q + ½ sᵀQs]         three estimators of one number: equal for the true score, and their spread exposes a wrong one
 *     total    Ṡ_tot = 2 E[ u_irᵀ Q⁺ u_ir ] ≥ 0,       u_ir = f̃^irr − ½ Q s
 *     medium   Ṡ_med = 2 E[ f̃^irrᵀ Q⁺ u_ir ] − E[∇·f^rev]                  Ṡ_tot = dS/dt + Ṡ_med, in expectation with the true score
 *
 * u is the velocity of the current (flow.ts), f^rev and f^irr the parts of the drift under a parity convention (parity.ts), Q⁺ the inverse on the noise range.
 * With full-rank noise and even variables u_ir = u, f^rev = 0. With degenerate noise the convention is required. A drift that is irreversible
 * off the noise range produces entropy without bound: then `complete` is false, the total is that of the noisy coordinates alone, and there is no medium part.
 *
 * For a *learnt* score at equilibrium the total is ½ E‖ŝ − s‖²_Q: it measures the error of the score, not a current.
 *
 * −E[u·s] uses the score in the noise range only; along the other directions E[f_⊥·s] is −E[∇·f_⊥]. Intervals: 95 %, bootstrap (means.ts). Rates per unit time.
 * Throws E_CAPABILITY, E_PARITY, E_COVARIANCE, E_NOT_FINITE, E_SHAPE.
 */
import type { Estimate, Key } from '@fokker/core';
import { createFlow } from './flow.js';
import { createMeans } from './means.js';
import { createNoiseInverse } from './noise-inverse.js';
import { divergenceOffRange, offRange } from './off-range.js';
import { type Parity, parityOf, splitDrift } from './parity.js';
import { batchesOf, type Driven, type States } from './states.js';

export interface EntropyQuestion extends Driven {
  /** Independent draws of p_t. */
  readonly states: States;
  readonly t: number;
  readonly key: Key;
}

export interface SystemRates {
  /** E[∇·u] */
  readonly divergence: Estimate;
  /** −E[u·s] */
  readonly current: Estimate;
  /** E[∇·f − ½∂∂:Q] + ½ E[sᵀQs] */
  readonly fisher: Estimate;
}

export interface EntropyProduction {
  readonly t: number;
  readonly n: number;
  readonly system: SystemRates;
  readonly total: Estimate;
  /** Absent where it is not finite. */
  readonly medium?: Estimate;
  readonly parity: Parity;
  /** False: part of the irreversible drift has no noise, and the total is that of the noisy coordinates. */
  readonly complete: boolean;
}

/** Columns of the means. */
const columns = 5;
/** f^irr off the noise range beyond rounding, relative to the drift. */
const negligible = 1e-20;

const systemOf = (m: Float64Array): [number, number, number] => [m[0]!, m[1]!, m[2]!];

/** dS/dt by its three estimators; needs no parity convention. */
export async function entropyRate(question: EntropyQuestion): Promise<SystemRates & { readonly n: number }> {
  const flow = createFlow(question);
  const means = createMeans(3, 'the score or its divergence');
  for await (const y of batchesOf(question.states, flow.sde.dim)) {
    const rows = await flow.at(y, question.t);
    means.add(await systemRows(flow, rows, 3), y.n);
  }
  const [divergence, current, fisher] = means.estimates(systemOf, question.key);
  return { divergence: divergence!, current: current!, fisher: fisher!, n: means.n };
}

type Flow = ReturnType<typeof createFlow>;
type Rows = Awaited<ReturnType<Flow['at']>>;

/** The three estimators of dS/dt, row by row, in the first columns of [n, width]. */
async function systemRows(flow: Flow, rows: Rows, width: number): Promise<Float64Array> {
  const { y, t, s, u, f, fisher } = rows;
  const { n, d } = y;
  const out = new Float64Array(n * width);
  const divergence = await flow.divergences(rows);
  const free = divergenceOffRange(flow.sde, flow.range, y, t, divergence.drift);
  const driftFree = offRange(flow.range, f);
  for (let i = 0; i < n; i++) {
    let along = 0;
    for (let k = i * d; k < (i + 1) * d; k++) along += (u.data[k]! - driftFree.data[k]!) * s.data[k]!;
    out[i * width] = divergence.u[i]!;
    out[i * width + 1] = free[i]! - along;
    out[i * width + 2] = divergence.drift[i]! - divergence.noise[i]! + 0.5 * fisher[i]!;
  }
  return out;
}

/** All rates. `parity`: required with degenerate noise, even everywhere by default. */
export async function entropyProduction(
  question: EntropyQuestion & { readonly parity?: Parity | undefined },
): Promise<EntropyProduction> {
  const { t, states, key } = question;
  const flow = createFlow(question);
  const { sde, range } = flow;
  const parity = parityOf(sde, range.rank, question.parity);
  const split = splitDrift(sde, parity);
  const inverse = createNoiseInverse(sde);
  const r = inverse.rank;
  const [whiteU, whiteF] = [new Float64Array(r), new Float64Array(r)];
  const means = createMeans(columns, 'the score or its divergence');
  let [free, whole] = [0, 0];

  for await (const y of batchesOf(states, sde.dim)) {
    const { n, d } = y;
    const rows = await flow.at(y, t);
    const values = await systemRows(flow, rows, columns);
    const irreversible = split.irreversible(y, rows.t, rows.f);
    const divF = new Float64Array(n);
    sde.divergence!(y, rows.t, divF);
    const divIrreversible = split.divergence(y, rows.t, divF);
    const without = offRange(range, irreversible);
    // u_ir = u − f^rev and f̃^irr = f̃ − f^rev
    const [uIr, fIr] = [
      { ...y, data: rows.u.data.slice() },
      { ...y, data: rows.drift.data.slice() },
    ];
    for (let k = 0; k < n * d; k++) {
      const reversible = rows.f.data[k]! - irreversible.data[k]!;
      uIr.data[k]! -= reversible;
      fIr.data[k]! -= reversible;
      free += without.data[k]! ** 2;
      whole += rows.f.data[k]! ** 2;
    }
    for (let i = 0; i < n; i++) {
      inverse.at(t, y, i);
      inverse.whiten(uIr, i, whiteU, 0);
      inverse.whiten(fIr, i, whiteF, 0);
      let [total, heat] = [0, 0];
      for (let c = 0; c < r; c++) {
        total += 2 * whiteU[c]! ** 2;
        heat += 2 * whiteF[c]! * whiteU[c]!;
      }
      values[i * columns + 3] = total;
      values[i * columns + 4] = heat - (divF[i]! - divIrreversible[i]!);
    }
    means.add(values, n);
  }

  const complete = !(free > negligible * whole);
  const [divergence, current, fisher, total, medium] = means.estimates((m) => [...m.subarray(0, 5)], key);
  return {
    t,
    n: means.n,
    system: { divergence: divergence!, current: current!, fisher: fisher! },
    total: total!,
    ...(complete && { medium: medium! }),
    parity,
    complete,
  };
}
