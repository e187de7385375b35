/**
 * Forward integrators of dY = f dt + G dW over [t0, t1], one interval a row (Kloeden & Platen 1992; MATH §6.1).
 *
 *     Euler–Maruyama   y⁺ = y + h f(y, t) + G ΔW
 *     Heun             ỹ = y + h f(y, t) + G ΔW,   y⁺ = y + ½h [f(y, t) + f(ỹ, t + h)] + G ΔW
 *
 * G is taken at the start of the step (Itô); both have strong order one for noise that does not depend on the state. Row i makes ⌈(t1 − t0)/step⌉ equal steps of its own,
 * and its k-th step draws columns k·m … k·m + m − 1 of row first + i, so that a path is the same whatever batch it travels in. Rows that are done leave the batch
 * that the drift sees: a drift must treat rows independently.
 */
import { type Batch, type Key, type Sde, zeros } from '../contracts/index.js';
import { fail } from '../errors.js';
import { applyNoise, entriesLength } from './noise.js';
import { fillNormalRow } from './random.js';

export interface IntegratorOptions {
  readonly scheme: 'heun' | 'euler-maruyama';
  /** Largest step; a row's interval is cut into equal steps no longer than this. */
  readonly step: number;
}
export interface Integrator {
  /** Moves row i of `y` from t0[i] to t1[i] ≥ t0[i], in place. E_TIME for intervals that run backwards, E_DIVERGED where a path leaves the finite numbers. */
  advance(y: Batch, t0: Float64Array, t1: Float64Array, key: Key, first: number): void;
}

/** ⌈span/step⌉, forgiving the last bits of a span that is a multiple of the step. */
export const stepsFor = (span: number, step: number): number =>
  span > 0 ? Math.max(1, Math.ceil(span / step - 1e-9)) : 0;

export const createIntegrator = (
  sde: Pick<Sde, 'dim' | 'drift' | 'diffusion'>,
  options: IntegratorOptions,
): Integrator => {
  const { scheme, step } = options;
  if (!(step > 0)) {
    fail('E_PARAMETERS', {
      summary: 'an integrator needs a positive step',
      got: `step = ${step}`,
      expected: 'a number above 0, in units of time',
      tryThis: ['step: 0.01'],
    });
  }
  const { dim: d, diffusion } = sde;
  const m = diffusion.noiseDim;
  const entries = new Float64Array(entriesLength(diffusion.structure, d, m));
  const xi = new Float64Array(m);
  let work = workspace(0, d);

  const checkFinite = (state: Float64Array, active: number, k: number): void => {
    for (let a = 0; a < active; a++) {
      for (let j = 0; j < d; j++) {
        if (Number.isFinite(state[a * d + j]!)) continue;
        fail('E_DIVERGED', {
          summary: 'a simulated path left the finite numbers',
          got: `row ${work.row[a]}, coordinate ${j}, at t = ${work.start[a]! + (k + 1) * work.h[a]!}: ${state[a * d + j]}`,
          expected: 'finite states',
          tryThis: [`a smaller step than ${step}`, 'initial states inside the region where the drift is stable'],
        });
      }
    }
  };

  return {
    advance(y, t0, t1, key, first) {
      if (work.capacity < y.n) work = workspace(y.n, d);
      const { row, start, h, steps, t, tNext } = work;
      let active = 0;
      for (let i = 0; i < y.n; i++) {
        const span = t1[i]! - t0[i]!;
        if (!(span >= 0)) {
          fail('E_TIME', {
            summary: 'an integrator runs forward in time',
            got: `row ${i} from t = ${t0[i]} to ${t1[i]}`,
            expected: 'an end that is not before its start',
            tryThis: ['swap the two times', 'a reverse sampler, to go back in time'],
          });
        }
        const count = stepsFor(span, step);
        if (count === 0) continue;
        row[active] = i;
        start[active] = t0[i]!;
        steps[active] = count;
        h[active] = span / count;
        for (let j = 0; j < d; j++) work.state[active * d + j] = y.data[i * d + j]!;
        active++;
      }
      if (diffusion.dependsOn === 'none' && active > 0) diffusion.entries(t0[0]!, entries);

      for (let k = 0; active > 0; k++) {
        const state = view(work, 'state', active, d);
        const f = view(work, 'f', active, d);
        const noise = view(work, 'noise', active, d);
        for (let a = 0; a < active; a++) {
          t[a] = start[a]! + k * h[a]!;
          tNext[a] = start[a]! + (k + 1) * h[a]!;
        }
        sde.drift(state, t, f);
        for (let a = 0; a < active; a++) {
          fillNormalRow(key, first + row[a]!, k * m, m, xi, 0);
          if (diffusion.dependsOn !== 'none') diffusion.entries(t[a]!, entries, state.data, a * d);
          for (let j = 0; j < d; j++) noise.data[a * d + j] = 0;
          applyNoise(diffusion, entries, xi, 0, Math.sqrt(h[a]!), noise.data, a * d);
        }
        if (scheme === 'euler-maruyama') {
          for (let a = 0, c = 0; a < active; a++) {
            for (let j = 0; j < d; j++, c++) state.data[c]! += h[a]! * f.data[c]! + noise.data[c]!;
          }
        } else {
          const predicted = view(work, 'predicted', active, d);
          const slope = view(work, 'slope', active, d);
          for (let a = 0, c = 0; a < active; a++) {
            for (let j = 0; j < d; j++, c++) predicted.data[c] = state.data[c]! + h[a]! * f.data[c]! + noise.data[c]!;
          }
          sde.drift(predicted, tNext, slope);
          for (let a = 0, c = 0; a < active; a++) {
            for (let j = 0; j < d; j++, c++) {
              state.data[c]! += 0.5 * h[a]! * (f.data[c]! + slope.data[c]!) + noise.data[c]!;
            }
          }
        }
        checkFinite(state.data, active, k);
        active = retire(work, y, active, k + 1, d);
      }
    },
  };
};

type BufferName = 'state' | 'f' | 'noise' | 'predicted' | 'slope';
interface Workspace extends Record<BufferName, Float64Array> {
  readonly capacity: number;
  /** Of each active row: its index in the batch, start, step, number of steps, and the two times of the step. */
  readonly row: Int32Array;
  readonly start: Float64Array;
  readonly h: Float64Array;
  readonly steps: Float64Array;
  readonly t: Float64Array;
  readonly tNext: Float64Array;
  readonly views: Map<BufferName, Batch>;
}
const workspace = (n: number, d: number): Workspace => ({
  capacity: n,
  row: new Int32Array(n),
  start: new Float64Array(n),
  h: new Float64Array(n),
  steps: new Float64Array(n),
  t: new Float64Array(n),
  tNext: new Float64Array(n),
  state: zeros(n, d).data,
  f: zeros(n, d).data,
  noise: zeros(n, d).data,
  predicted: zeros(n, d).data,
  slope: zeros(n, d).data,
  views: new Map(),
});
/** The first `active` rows of a buffer as a batch; made anew only when the number of active rows changes. */
const view = (work: Workspace, name: BufferName, active: number, d: number): Batch => {
  const held = work.views.get(name);
  if (held?.n === active) return held;
  const made: Batch = { data: work[name].subarray(0, active * d), n: active, d };
  work.views.set(name, made);
  return made;
};
/** Writes finished rows back and closes the ranks; returns how many are left. */
const retire = (work: Workspace, y: Batch, active: number, done: number, d: number): number => {
  let kept = 0;
  for (let a = 0; a < active; a++) {
    if (work.steps[a]! <= done) {
      for (let j = 0; j < d; j++) y.data[work.row[a]! * d + j] = work.state[a * d + j]!;
      continue;
    }
    if (kept < a) {
      work.row[kept] = work.row[a]!;
      work.start[kept] = work.start[a]!;
      work.h[kept] = work.h[a]!;
      work.steps[kept] = work.steps[a]!;
      for (let j = 0; j < d; j++) work.state[kept * d + j] = work.state[a * d + j]!;
    }
    kept++;
  }
  return kept;
};
