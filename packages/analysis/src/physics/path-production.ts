/**
 * Entropy production integrated along simulated paths (Seifert 2012, §2.4; Boffi & Vanden-Eijnden 2024).
 *
 *     Σ_t = ∫ w·(∘dy − f^rev dt),              w = 2 Q⁺ u_ir(y, t),       E Σ_t = ∫ Ṡ_tot dt
 *     M_t = ∫ m·(∘dy − f^rev dt) − ∫ ∇·f^rev dt,   m = 2 Q⁺ f̃^irr,          E M_t = ∫ Ṡ_med dt
 *
 * ∘ is Stratonovich's product: over a step, ½(w_k + w_{k+1})·Δy, second order in the step. In a steady state with even variables Σ is the entropy production of the
 * single path, and then ⟨e^{−Σ}⟩ = 1 (the integral fluctuation theorem): `fluctuation` says how well that holds. Away from it Σ lacks −∫ ∂_t log p dt, whose mean is zero.
 *
 * The score is asked once a step on a batch of paths; memory is O(batch·d) and a number a path. Path i depends on (key, i) alone; intervals are ± 1.96 standard errors
 * over paths. Throws E_TIME, E_CAPABILITY, E_PARITY, E_COVARIANCE, E_DIVERGED, E_NOT_FINITE.
 */
import { type Batch, createIntegrator, type Dataset, type Estimate, fail, type Key, zeros } from '@fokker/core';
import { plusMinus } from '../metrics/interval.js';
import { createFlow, type Flow } from './flow.js';
import { createNoiseInverse } from './noise-inverse.js';
import { type Parity, parityOf, splitDrift } from './parity.js';
import type { Driven } from './states.js';
import { stopWhenAsked } from './stopped.js';

export interface PathQuestion extends Driven {
  /** Where paths begin at time `from`. */
  readonly start: Pick<Dataset, 'draw'>;
  readonly from: number;
  readonly to: number;
  /** Equal steps between the two. */
  readonly steps: number;
  /** Paths. */
  readonly n: number;
  /** Paths at once. */
  readonly batch?: number | undefined;
  readonly key: Key;
  readonly parity?: Parity | undefined;
  /** Times at which means are kept, at most: evenly spaced steps. */
  readonly records?: number | undefined;
  readonly onStep?: ((done: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PathProduction {
  readonly n: number;
  readonly parity: Parity;
  readonly times: readonly { readonly t: number; readonly total: Estimate; readonly medium: Estimate }[];
  /** ⟨e^{−Σ}⟩ over the whole time: 1 in a steady state with even variables. */
  readonly fluctuation: Estimate;
  /** Σ of each path, [n]. */
  readonly production: Float64Array;
}

function check({ sde, from, to, steps, n }: PathQuestion): void {
  const { t0, T } = sde.span;
  if (from >= t0 && to > from && to <= T && steps >= 1 && Number.isInteger(steps) && n >= 2 && Number.isInteger(n))
    return;
  fail('E_TIME', {
    summary: 'paths cannot be followed over this time',
    got: `from ${from} to ${to} in ${steps} steps, ${n} paths`,
    expected: `times from ${t0} to ${T}, the first before the second; whole numbers of steps and of at least 2 paths`,
    tryThis: [`from: ${t0}, to: ${T}, steps: 1000, n: 1000`],
  });
}

/** w, m and f^rev, ∇·f^rev at the states. */
interface Weights {
  readonly w: Batch;
  readonly m: Batch;
  readonly reversible: Batch;
  readonly divReversible: Float64Array;
}

function weightsOf(flow: Flow, parity: Parity): (y: Batch, t: number) => Promise<Weights> {
  const { sde } = flow;
  const split = splitDrift(sde, parity);
  const inverse = createNoiseInverse(sde);
  const white = new Float64Array(inverse.rank);
  /** out = 2 Q⁺ (a − f^rev), row by row. */
  const weigh = (a: Batch, reversible: Batch, y: Batch, t: number): Batch => {
    const out = zeros(y.n, y.d);
    const irreversible = { ...y, data: a.data.map((value, k) => 2 * (value - reversible.data[k]!)) };
    for (let i = 0; i < y.n; i++) {
      inverse.at(t, y, i);
      inverse.whiten(irreversible, i, white, 0);
      inverse.lift(white, 0, out.data, i * y.d);
    }
    return out;
  };
  return async (y, t) => {
    const rows = await flow.at(y, t);
    const irreversible = split.irreversible(y, rows.t, rows.f);
    const reversible = { ...y, data: rows.f.data.map((value, k) => value - irreversible.data[k]!) };
    const divF = new Float64Array(y.n);
    sde.divergence!(y, rows.t, divF);
    const divIrreversible = split.divergence(y, rows.t, divF);
    return {
      w: weigh(rows.u, reversible, y, t),
      m: weigh(rows.drift, reversible, y, t),
      reversible,
      divReversible: divF.map((value, i) => value - divIrreversible[i]!),
    };
  };
}

export async function pathProduction(question: PathQuestion): Promise<PathProduction> {
  check(question);
  const { start, from, to, steps, n, key, records = 50, onStep, signal } = question;
  const batch = question.batch ?? 4096;
  const flow = createFlow(question);
  const { sde, range } = flow;
  const parity = parityOf(sde, range.rank, question.parity);
  const weights = weightsOf(flow, parity);
  const h = (to - from) / steps;
  const integrator = createIntegrator(sde, { scheme: 'heun', step: 1.5 * h });
  const every = Math.max(1, Math.ceil(steps / records));
  const kept = Array.from({ length: Math.ceil(steps / every) }, (_, k) => Math.min(steps, (k + 1) * every));
  const sums = kept.map(() => ({ total: 0, totalSquare: 0, medium: 0, mediumSquare: 0 }));
  const production = new Float64Array(n);
  const fluctuation = { sum: 0, square: 0 };

  for (let first = 0; first < n; first += batch) {
    const count = Math.min(batch, n - first);
    let y = zeros(count, sde.dim);
    start.draw(key.at('start'), first, y);
    let before = await weights(y, from);
    const [total, medium] = [new Float64Array(count), new Float64Array(count)];
    for (let k = 0, record = 0; k < steps; k++) {
      stopWhenAsked(signal);
      const [t, next] = [from + k * h, k + 1 === steps ? to : from + (k + 1) * h];
      const moved: Batch = { ...y, data: y.data.slice() };
      const times = (at: number) => new Float64Array(count).fill(at);
      integrator.advance(moved, times(t), times(next), key.at('step', k), first);
      const after = await weights(moved, next);
      for (let i = 0, c = 0; i < count; i++) {
        for (let j = 0; j < sde.dim; j++, c++) {
          const change =
            moved.data[c]! - y.data[c]! - 0.5 * (next - t) * (before.reversible.data[c]! + after.reversible.data[c]!);
          total[i]! += 0.5 * (before.w.data[c]! + after.w.data[c]!) * change;
          medium[i]! += 0.5 * (before.m.data[c]! + after.m.data[c]!) * change;
        }
        medium[i]! -= 0.5 * (next - t) * (before.divReversible[i]! + after.divReversible[i]!);
      }
      [y, before] = [moved, after];
      if (k + 1 === kept[record]) addRecord(sums[record++]!, total, medium);
      onStep?.(first * steps + (k + 1) * count, n * steps);
    }
    production.set(total, first);
    for (const value of total) {
      const weight = Math.exp(-value);
      fluctuation.sum += weight;
      fluctuation.square += weight ** 2;
    }
  }

  const estimate = (sum: number, square: number): Estimate => {
    const mean = sum / n;
    return plusMinus(mean, Math.sqrt(Math.max(0, square / n - mean * mean) / (n - 1)));
  };
  return {
    n,
    parity,
    times: kept.map((k, r) => ({
      t: k === steps ? to : from + k * h,
      total: estimate(sums[r]!.total, sums[r]!.totalSquare),
      medium: estimate(sums[r]!.medium, sums[r]!.mediumSquare),
    })),
    fluctuation: estimate(fluctuation.sum, fluctuation.square),
    production,
  };
}

interface Sums {
  total: number;
  totalSquare: number;
  medium: number;
  mediumSquare: number;
}

function addRecord(sums: Sums, total: Float64Array, medium: Float64Array): void {
  for (let i = 0; i < total.length; i++) {
    if (!Number.isFinite(total[i]! + medium[i]!)) {
      fail('E_NOT_FINITE', {
        summary: 'the entropy production of a path is not finite',
        got: `total ${total[i]}, medium ${medium[i]}`,
        expected: 'finite numbers',
        tryThis: ['more steps', 'train longer, or with drift features'],
      });
    }
    sums.total += total[i]!;
    sums.totalSquare += total[i]! ** 2;
    sums.medium += medium[i]!;
    sums.mediumSquare += medium[i]! ** 2;
  }
}
