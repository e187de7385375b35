/**
 * Dormand–Prince 5(4): adaptive integration of y′ = u(y, t), every row with steps of its own (Dormand & Prince 1980; Hairer, Nørsett & Wanner 1993, §II.4–6; MATH §6.3).
 *
 *     k_i = u(y + h Σ_j a_ij k_j, t + c_i h),    y⁺ = y + h Σ b_i k_i  (order 5),    e = h Σ (b_i − b̂_i) k_i  (of order 4)
 *     E   = √( mean_j (e_j / (atol + rtol max(|y_j|, |y_j⁺|)))² ),    accepted where E ≤ 1
 *     h   ← h · clip(0.9 E^{−α} E_last^{β}, 0.2, 10),    α = 0.7/5,  β = 0.4/5  (PI control; after a rejection 0.9 E^{−1/5}, at most 1)
 *
 * The last slope of a step is the first of the next (six evaluations a step), and between its ends a step is a polynomial of order 4: the state at a time asked for costs no
 * evaluation and shortens no step. Integration never looks beyond its end.
 *
 * `control: 'row'` bounds the error of each row alone: its steps, and so its numbers, do not depend on the batch it travels in. `control: 'batch'` takes one step for all, from the
 * root mean square of E over the rows, as solvers of one large system do: rows then depend on their company.
 *
 * A row whose stages leave |y_j| ≤ bound is stepped shorter; one whose step falls below 10⁻¹⁴ of the span, or that passes the bound, stops where it was and is told of.
 * Memory: 12 states a row. Throws E_PARAMETERS (tolerances), E_TIME (targets out of order).
 */
import type { Batch } from '../contracts/index.js';
import { fail } from '../errors.js';
import { a, c, createInterpolant, error, stages } from './dormand-prince-tableau.js';
import { growing } from './rows.js';

export interface DormandPrinceOptions {
  readonly rtol: number;
  readonly atol: number;
  readonly control: 'row' | 'batch';
}

/** Writes u(y, t), one time a row. Row r is row rows[r] of the start: only those still under way are asked for, and they must not influence each other. */
export type RowField = (y: Batch, t: Float64Array, out: Batch, rows: Int32Array) => Promise<void>;

export interface DormandPrince {
  /** Carries every row on until it has passed `target`, and writes the states there. Targets come in the order of travel, the last is `to`. */
  advance(target: number, out: Batch): Promise<void>;
  /** Evaluations of u so far, counted in rows. */
  readonly evaluations: number;
}

interface Problem {
  readonly field: RowField;
  /** Left alone. */
  readonly start: Batch;
  readonly from: number;
  readonly to: number;
  readonly bound?: number;
  /** Hears of a row that cannot go on, and of the time of its last state. */
  readonly onStop?: (row: number, t: number) => void;
  /** Called after each round of steps with the time all rows have passed. */
  readonly onRound?: (t: number) => void;
}

const [safety, shrink, grow, alpha, beta] = [0.9, 0.2, 10, 0.7 / 5, 0.4 / 5];

export const createDormandPrince = (
  { field, start, from, to, bound = Number.POSITIVE_INFINITY, onStop, onRound }: Problem,
  { rtol, atol, control }: DormandPrinceOptions,
): DormandPrince => {
  if (!(rtol >= 0 && atol >= 0 && rtol + atol > 0)) {
    fail('E_PARAMETERS', {
      summary: 'an adaptive integrator needs a tolerance',
      got: `rtol = ${rtol}, atol = ${atol}`,
      expected: 'numbers ≥ 0, one of them positive',
      tryThis: ['rtol: 1e-5', 'atol: 1e-5'],
    });
  }
  const { n, d } = start;
  const sign = to >= from ? 1 : -1;
  const smallest = 1e-14 * Math.max(Math.abs(from), Math.abs(to), Math.abs(to - from));

  /** Of every row: its state at the end of its last accepted step, the slope there, the time, |h| to try, E of the last step. */
  const y = start.data.slice();
  const slope = new Float64Array(n * d);
  const t = new Float64Array(n).fill(from);
  const h = new Float64Array(n);
  const lastError = new Float64Array(n).fill(1e-4);
  const rejected = new Uint8Array(n);
  const stopped = new Uint8Array(n);
  const interpolant = createInterpolant(start, from);

  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const k = Array.from({ length: stages }, () => growing(d));
  const [stateOf, stageOf] = [growing(d), growing(d)];
  let [stageTimes, lengths, errors] = [new Float64Array(0), new Float64Array(0), new Float64Array(0)];
  let outside = new Uint8Array(0);
  let evaluations = 0;
  let begun = false;

  const scaleOf = (value: number, other: number): number => atol + rtol * Math.max(Math.abs(value), Math.abs(other));

  const stop = (row: number): void => {
    stopped[row] = 1;
    onStop?.(row, t[row]!);
  };

  /** The first slopes, and first steps after Hairer, Nørsett & Wanner (§II.4). */
  const begin = async (): Promise<void> => {
    begun = true;
    const [first, probe, second] = [k[0]!(n), stageOf(n), k[1]!(n)];
    await field({ data: y, n, d }, t, first, rows);
    slope.set(first.data);
    const times = new Float64Array(n);
    const size = (i: number, vector: Float64Array, other?: Float64Array): number => {
      let sum = 0;
      for (let at = i * d; at < (i + 1) * d; at++) {
        const value = other === undefined ? vector[at]! : vector[at]! - other[at]!;
        sum += (value / scaleOf(y[at]!, y[at]!)) ** 2;
      }
      return Math.sqrt(sum / d);
    };
    const reach = Math.abs(to - from);
    for (let i = 0; i < n; i++) {
      const [d0, d1] = [size(i, y), size(i, slope)];
      h[i] = Math.min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1, reach);
      times[i] = from + sign * h[i]!;
      for (let at = i * d; at < (i + 1) * d; at++) probe.data[at] = y[at]! + sign * h[i]! * slope[at]!;
    }
    await field(probe, times, second, rows);
    evaluations += 2 * n;
    for (let i = 0; i < n; i++) {
      const steepest = Math.max(size(i, slope), size(i, second.data, slope) / h[i]!);
      const trial = steepest <= 1e-15 ? Math.max(1e-6, 1e-3 * h[i]!) : (0.01 / steepest) ** (1 / 5);
      h[i] = Math.min(100 * h[i]!, Number.isFinite(trial) ? trial : h[i]!, reach);
    }
    if (control === 'batch') h.fill(h.reduce((least, value) => Math.min(least, value), reach));
  };

  /** One trial step of the first `active` entries of `rows`. */
  const round = async (active: number): Promise<void> => {
    const [state, stage] = [stateOf(active), stageOf(active)];
    const slopes = k.map((of) => of(active));
    if (lengths.length !== active) {
      [stageTimes, lengths, errors] = [new Float64Array(active), new Float64Array(active), new Float64Array(active)];
      outside = new Uint8Array(active);
    }
    outside.fill(0);
    for (let r = 0; r < active; r++) {
      const row = rows[r]!;
      lengths[r] = sign * Math.min(h[row]!, Math.abs(to - t[row]!));
      for (let j = 0; j < d; j++) {
        state.data[r * d + j] = y[row * d + j]!;
        slopes[0]!.data[r * d + j] = slope[row * d + j]!;
      }
    }
    for (let i = 1; i < stages; i++) {
      for (let r = 0, at = 0; r < active; r++) {
        const length = lengths[r]!;
        const last = Math.abs(length) === Math.abs(to - t[rows[r]!]!) && c[i] === 1;
        stageTimes[r] = last ? to : t[rows[r]!]! + c[i]! * length;
        let inside = outside[r] === 0;
        for (let j = 0; j < d; j++, at++) {
          let sum = 0;
          for (let m = 0; m < i; m++) sum += a[i]![m]! * slopes[m]!.data[at]!;
          stage.data[at] = state.data[at]! + length * sum;
          inside = inside && Math.abs(stage.data[at]!) <= bound;
        }
        if (inside) continue;
        // The field is never asked out there: the step will be shorter.
        outside[r] = 1;
        for (let j = r * d; j < (r + 1) * d; j++) stage.data[j] = state.data[j]!;
      }
      await field(stage, stageTimes, slopes[i]!, rows);
    }
    evaluations += active * (stages - 1);
    measure(active, state, stage, slopes);
    for (let r = 0; r < active; r++) settle(r, state, stage, slopes);
  };

  /** E of each row; of all rows together where they step together. */
  const measure = (active: number, state: Batch, end: Batch, slopes: readonly Batch[]): void => {
    let total = 0;
    for (let r = 0, at = 0; r < active; r++) {
      let sum = 0;
      for (let j = 0; j < d; j++, at++) {
        let e = 0;
        for (let m = 0; m < stages; m++) e += error[m]! * slopes[m]!.data[at]!;
        sum += ((lengths[r]! * e) / scaleOf(state.data[at]!, end.data[at]!)) ** 2;
      }
      errors[r] = outside[r] === 1 || !Number.isFinite(sum) ? Number.POSITIVE_INFINITY : Math.sqrt(sum / d);
      total += errors[r]! ** 2;
    }
    if (control === 'batch') errors.fill(Math.sqrt(total / active));
  };

  /** Accepts or rejects the step of place r and chooses the next. */
  const settle = (r: number, state: Batch, end: Batch, slopes: readonly Batch[]): void => {
    const row = rows[r]!;
    const E = errors[r]!;
    const length = lengths[r]!;
    if (!(E <= 1)) {
      const factor = Number.isFinite(E) ? Math.max(shrink, safety * E ** -0.2) : shrink;
      h[row] = Math.abs(length) * factor;
      rejected[row] = 1;
      if (h[row]! < smallest) stop(row);
      return;
    }
    const arrives = Math.abs(length) === Math.abs(to - t[row]!);
    interpolant.keep(row, r, t[row]!, length, state, end, slopes);
    t[row] = arrives ? to : t[row]! + length;
    for (let j = 0; j < d; j++) {
      y[row * d + j] = end.data[r * d + j]!;
      slope[row * d + j] = slopes[6]!.data[r * d + j]!;
    }
    const floor = Math.max(E, 1e-10);
    const factor = Math.min(grow, Math.max(shrink, safety * floor ** -alpha * lastError[row]! ** beta));
    // The length shortened by the end of travel says nothing about the next.
    h[row] = Math.abs(length) * (rejected[row] === 1 ? Math.min(1, factor) : factor);
    lastError[row] = Math.max(E, 1e-4);
    rejected[row] = 0;
  };

  const write = (target: number, out: Batch): void => {
    for (let i = 0; i < n; i++) {
      if (stopped[i] === 1 || target === t[i]) out.data.set(y.subarray(i * d, (i + 1) * d), i * d);
      else interpolant.write(i, target, out);
    }
  };

  return {
    get evaluations() {
      return evaluations;
    },
    async advance(target, out) {
      if (!begun) await begin();
      for (;;) {
        let active = 0;
        let slowest = to;
        for (let i = 0; i < n; i++) {
          if (stopped[i] === 1 || sign * (t[i]! - target) >= 0) continue;
          rows[active++] = i;
          if (sign * (t[i]! - slowest) < 0) slowest = t[i]!;
        }
        if (active === 0) break;
        onRound?.(slowest);
        await round(active);
      }
      write(target, out);
    },
  };
};
