/**
 * A small batch carried by the probability flow before a journey, by Heun with 128 steps: what a sampler learns of the way without looking at its own rows.
 *
 * The flow has the marginals of the process whatever sampler it is for. Its rows are the job's `pilot`, the same for all parts of a split job; left out, they are the job's own start, and
 * what is learnt depends on the split. At most 256 rows.
 */
import { type Batch, createVelocity, type SamplingJob, zeros } from '@fokker/core';
import { type Coordinate, type TimeGrid, timeGrid } from './grid.js';
import { createPathGuard } from './lost-paths.js';

const pilotSteps = 128;
const mostRows = 256;

/** What a lesson depends on, beside the options of its sampler. */
const sameWay = (a: SamplingJob, b: SamplingJob): boolean =>
  a.sde === b.sde && a.score === b.score && a.from === b.from && a.to === b.to && a.bound === b.bound;

/** Keeps what was learnt on a pilot for the other parts of a split job, which bring the same one. */
export function oncePerPilot<O, T>(learn: (job: SamplingJob, options: O) => Promise<T>): typeof learn {
  const known = new WeakMap<Batch, { readonly job: SamplingJob; readonly options: O; readonly lesson: Promise<T> }>();
  return (job, options) => {
    const before = job.pilot && known.get(job.pilot);
    if (before !== undefined && before.options === options && sameWay(before.job, job)) return before.lesson;
    const lesson = learn(job, options);
    if (job.pilot !== undefined) known.set(job.pilot, { job: { ...job, start: job.pilot }, options, lesson });
    return lesson;
  };
}

/** One step of the pilot, t → next. */
export interface PilotStep {
  readonly k: number;
  /** t, [n]. */
  readonly t: Float64Array;
  readonly h: number;
  /** States at t, and the velocities there and at Euler's end of the step. */
  readonly y: Batch;
  readonly v: Batch;
  readonly w: Batch;
  /** Whether row i is lost. */
  lost(i: number): boolean;
}

/** Root mean square of the rows that are still under way. */
export function sizeOf({ data, n, d }: Batch, lost: (i: number) => boolean): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < n; i++) {
    if (lost(i)) continue;
    count += d;
    for (let k = i * d; k < (i + 1) * d; k++) sum += data[k]! ** 2;
  }
  return Math.sqrt(sum / Math.max(1, count));
}

/** Carries the pilot along a grid equal in `base`; `visit` is awaited at every step. */
export async function carryPilot(
  job: SamplingJob,
  base: Coordinate,
  visit: (step: PilotStep) => void | Promise<void>,
): Promise<TimeGrid> {
  const grid = timeGrid({ ...job, steps: pilotSteps, times: [] }, base);
  const { data, d } = job.pilot ?? job.start;
  const n = Math.min(mostRows, data.length / d);
  let y: Batch = { data: data.slice(0, n * d), n, d };
  let next = zeros(n, d);
  const [v, w] = [zeros(n, d), zeros(n, d)];
  const [times, ends] = [new Float64Array(n), new Float64Array(n)];
  const velocity = createVelocity(job, 0.5);
  const guard = createPathGuard(n, 0, job.bound ?? 1e6);
  const gone = new Set<number>();
  for (let k = 0; k < pilotSteps; k++) {
    const t = grid.t[k]!;
    const h = grid.t[k + 1]! - t;
    await velocity(y, times.fill(t), v);
    for (let j = 0; j < n * d; j++) next.data[j] = y.data[j]! + h * v.data[j]!;
    guard.hold(y, next, t);
    await velocity(next, ends.fill(t + h), w);
    for (let j = 0; j < n * d; j++) next.data[j] = y.data[j]! + 0.5 * h * (v.data[j]! + w.data[j]!);
    guard.hold(y, next, t);
    for (const { path } of guard.lost.slice(gone.size)) gone.add(path);
    await visit({ k, t: times, h, y, v, w, lost: (i) => gone.has(i) });
    [y, next] = [next, y];
  }
  return grid;
}
