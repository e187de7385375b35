/**
 * The rows an integrator moves, each over an interval of its own: those with a way to go come in, those that arrive are written back and the others close ranks.
 */
import type { Batch } from '../contracts/index.js';
import { fail } from '../errors.js';

/** ⌈span/step⌉, forgiving the last bits of a span that is a multiple of the step. */
export const stepsFor = (span: number, step: number): number =>
  span > 0 ? Math.max(1, Math.ceil(span / step - 1e-9)) : 0;

/** Buffers for as many rows as `capacity`; the first `active` of each array are in use. */
export interface Workspace {
  readonly capacity: number;
  /** Of each active row: its index in the batch, start, step, the root of that, and number of steps. */
  readonly row: Int32Array;
  readonly start: Float64Array;
  readonly h: Float64Array;
  readonly rootH: Float64Array;
  readonly steps: Float64Array;
  readonly state: Float64Array;
  readonly moved: Float64Array;
  readonly xi: Float64Array;
  readonly t: Float64Array;
  readonly tNext: Float64Array;
}
export const workspace = (n: number, d: number, columns: number): Workspace => ({
  capacity: n,
  row: new Int32Array(n),
  start: new Float64Array(n),
  h: new Float64Array(n),
  rootH: new Float64Array(n),
  steps: new Float64Array(n),
  state: new Float64Array(n * d),
  moved: new Float64Array(n * d),
  xi: new Float64Array(n * columns),
  t: new Float64Array(n),
  tNext: new Float64Array(n),
});

/** The rows in use as a scheme sees them; made anew only when their number changes. */
export const stageOf = (work: Workspace, n: number, d: number, columns: number) => {
  const states = (data: Float64Array): Batch => ({ data: data.subarray(0, n * d), n, d });
  return {
    n,
    start: work.start.subarray(0, n),
    t: work.t.subarray(0, n),
    tNext: work.tNext.subarray(0, n),
    h: work.h.subarray(0, n),
    rootH: work.rootH.subarray(0, n),
    y: states(work.state),
    out: states(work.moved),
    xi: work.xi.subarray(0, n * columns),
  };
};

/** Takes in the rows that have a way to go; returns how many. E_TIME for intervals that run backwards. */
export const enter = (work: Workspace, y: Batch, t0: Float64Array, t1: Float64Array, step: number): number => {
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
    work.row[active] = i;
    work.start[active] = t0[i]!;
    work.steps[active] = count;
    work.h[active] = span / count;
    work.rootH[active] = Math.sqrt(work.h[active]!);
    for (let j = 0; j < y.d; j++) work.state[active * y.d + j] = y.data[i * y.d + j]!;
    active++;
  }
  return active;
};

/** Times of the rows after k steps. */
export const timesAfter = (k: number, { start, h }: Workspace, out: Float64Array): void => {
  for (let a = 0; a < out.length; a++) out[a] = start[a]! + k * h[a]!;
};

/** After k steps. E_DIVERGED, naming row, coordinate and time. */
export const checkFinite = (
  { row, start, h }: Workspace,
  { n, y: { data, d } }: ReturnType<typeof stageOf>,
  k: number,
  step: number,
): void => {
  for (let c = 0; c < n * d; c++) {
    if (Number.isFinite(data[c]!)) continue;
    const a = Math.floor(c / d);
    fail('E_DIVERGED', {
      summary: 'a simulated path left the finite numbers',
      got: `row ${row[a]}, coordinate ${c % d}, at t = ${start[a]! + k * h[a]!}: ${data[c]}`,
      expected: 'finite states',
      tryThis: [`a smaller step than ${step}`, 'initial states inside the region where the drift is stable'],
    });
  }
};

/** Steps before the first row arrives. */
export const fewestSteps = ({ steps }: Workspace, active: number): number => {
  let fewest = Number.POSITIVE_INFINITY;
  for (let a = 0; a < active; a++) fewest = Math.min(fewest, steps[a]!);
  return fewest;
};

/** Writes finished rows back and closes the ranks; returns how many are left. */
export const retire = (work: Workspace, y: Batch, active: number, done: number): number => {
  const { d } = y;
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
      work.rootH[kept] = work.rootH[a]!;
      work.steps[kept] = work.steps[a]!;
      for (let j = 0; j < d; j++) work.state[kept * d + j] = work.state[a * d + j]!;
    }
    kept++;
  }
  return kept;
};
