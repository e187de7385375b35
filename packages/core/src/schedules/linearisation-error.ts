/**
 * What linearising cost: the local error of the kernels that targets are drawn from, over the times at which they are drawn (MATH §3.8, §4.4). At 16 quantiles t_k of the
 * training times, with s_k = s(t_k) and pilot states y_s,
 *
 *     ρ = ‖L⁻¹ (τ/2) δ‖                         mean and 99 % quantile, of each time and of all together
 *     KL(p_t ‖ p̂_t) ≲ (τ/6) E ‖G⁻¹ δ‖²         in nats, by Girsanov and data processing
 *
 * ρ says how far a draw lies from where the process would have taken it, in units of the kernel's own deviation: 0.05 is hardly seen, 1 is as wrong as the noise is
 * wide. The second needs noise on every coordinate: with a drift error outside range(Q) the two laws of paths are singular, and there is no such bound.
 *
 * ρ is capped at 10⁶ a row, so that one draw beyond the reach of the drift does not hide the rest.
 */
import type { Batch } from '../contracts/batch.js';
import type { LinearisationError } from '../contracts/objective.js';
import type { TimeSampler } from '../contracts/problem.js';
import type { Key } from '../contracts/random.js';
import type { Sde } from '../contracts/sde.js';
import type { LinearisationOptions } from '../linearise/index.js';
import { noiseRangeOf } from '../linearise/range.js';
import { cholesky, entriesLength, fillQ, solveLower } from '../numerics/index.js';
import { createDefectRows, type Defects, summarise } from './defect.js';
import { linearisedProcess } from './guard.js';

export interface LinearisationQuestion extends LinearisationOptions {
  readonly sde: Sde;
  readonly times: TimeSampler;
  /** s(t), and `ys` filled with as many states y_s as it has rows. */
  start(t: number, ys: Batch): number;
  /** States a time; fewer in high dimension. */
  readonly rows: number;
  readonly key: Key;
}

const points = 16;
const cap = 1e6;
/** Numbers held at a time: rows are fewer where states are large. */
const largestBatch = 2 ** 18;
const largestDense = 64;

export const measureLinearisation = (question: LinearisationQuestion): LinearisationError => {
  const { sde, times, start, key, ito = false } = question;
  const rows = Math.max(1, Math.min(question.rows, Math.floor(largestBatch / sde.dim)));
  const defects = createDefectRows(sde, key, { ito });
  const bound = girsanov(sde);
  const pool = new Float64Array(points * rows);
  const ys: Batch = { data: new Float64Array(rows * sde.dim), n: rows, d: sde.dim };
  const measured = Array.from({ length: points }, (_, k) => {
    const t = times.time((k + 0.5) / points);
    const s = start(t, ys);
    const found = defects(ys, s, t);
    const rho = found.rho.map((value) => (value <= cap ? value : cap));
    pool.set(rho, k * rows);
    const kl = typeof bound === 'string' ? {} : { kl: Math.min(cap, bound(found, t)) };
    return { t, s, ...summarise(rho), ...kl };
  });
  const worst = measured.reduce((most, each) => (each.mean > most.mean ? each : most));
  return {
    times: measured,
    ...summarise(pool),
    worst: { t: worst.t, mean: worst.mean },
    states: rows,
    kl: typeof bound === 'string' ? { none: bound } : { most: Math.max(...measured.map(({ kl = 0 }) => kl)) },
  };
};

/** (τ/6) E δᵀQ⁻¹δ with Q at t, in the clock where there is one; or why there is no such bound. */
const girsanov = (sde: Sde): ((defects: Defects, t: number) => number) | string => {
  const { dim: d, diffusion } = linearisedProcess(sde);
  const { rank } = noiseRangeOf(sde);
  if (rank < d) return `noise reaches ${rank} of ${d} dimensions: the bound needs noise on all of them`;
  const elementwise = diffusion.structure === 'scalar' || diffusion.structure === 'diagonal';
  if (!elementwise && d > largestDense) {
    return `${d} coordinates under ${diffusion.structure} noise: the bound is computed up to ${largestDense}`;
  }
  const entries = new Float64Array(entriesLength(diffusion));
  const L = new Float64Array(elementwise ? 0 : d * d);
  const white = new Float64Array(d);
  return ({ delta, lag }, t) => {
    diffusion.entries(t, entries);
    if (!elementwise) {
      fillQ(diffusion, entries, L);
      cholesky(d, L, 0, L, 0);
    }
    let sum = 0;
    for (let i = 0; i < delta.n; i++) {
      if (!elementwise) solveLower(d, L, 0, delta.data, i * d, white, 0);
      for (let j = 0; j < d; j++) {
        const whitened = elementwise
          ? delta.data[i * d + j]! / entries[diffusion.structure === 'scalar' ? 0 : j]!
          : white[j]!;
        sum += whitened * whitened;
      }
    }
    return (lag / 6) * (sum / delta.n);
  };
};
