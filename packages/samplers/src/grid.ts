/**
 * The time grid of a sampler: `steps` + 1 points from `from` to `to`, with every requested frame time among them, exactly.
 *
 *     grid        θ(t)                                                            p = clustering, by default
 *     uniform     t                                                               1
 *     clock       B(t), of processes with a time change (MATH §6.2)               1
 *     auto        B(t) where there is one, else t                                 1
 *     quadratic   t                                                               2
 *     edm         σ(t)/a(t), of processes with an isotropic transition            7      (ρ of Karras et al. 2022, eq. 5)
 *     error       steps equal in the local error of a pilot                       (error-grid.ts)
 *
 *     w(t) = (θ(t) − θ(t₀))^{1/p}
 *
 * Between two neighbouring frame times the points are equidistant in w; the steps are shared out in proportion to the w-length of each stretch,
 * at least one each. p = 1 leaves θ alone. p = 2 makes dt/dw ∝ √θ: short steps near t₀, where a broad start meets a contracting drift (the active
 * swimmer's −3x² reaches −48 at |x| = 4, t = 0, which explicit steps longer than 0.04 cannot follow), long ones where the law has settled.
 *
 * Throws E_TIME (times out of the span or not between the ends), E_PARAMETERS (steps), E_CAPABILITY (a grid the process has no coordinate for).
 */
import { fail, type SamplingJob } from '@fokker/core';
import { z } from 'zod';
import { contraction, noiseLevel } from './noise-level.js';

export const gridOptions = z.object({
  grid: z
    .enum(['auto', 'uniform', 'clock', 'quadratic', 'edm', 'error'])
    .default('auto')
    .describe(
      'steps equal in t (uniform), in B(t) (clock), in √t (quadratic), in the ρ-th root of the noise level (edm), or in local error (error); auto: clock where the process has one',
    ),
  clustering: z
    .number()
    .min(1)
    .max(16)
    .optional()
    .describe('exponent p: steps equal in (θ − θ₀)^{1/p}; by default 1, 2 (quadratic) or 7 (edm)'),
});
export type GridOptions = z.infer<typeof gridOptions>;

export interface TimeGrid {
  /** [steps + 1], from `from` to `to`. */
  readonly t: Float64Array;
  /** Whether point k is a frame. */
  readonly frame: readonly boolean[];
}

export type GridJob = Pick<SamplingJob, 'sde' | 'from' | 'to' | 'steps' | 'times'>;

/** w(t), increasing, and its inverse. */
export interface Coordinate {
  w(t: number): number;
  t(w: number): number;
}

/** Inverse of an increasing function on [low, high] by bisection. */
const inverseOf = (increasing: (t: number) => number, low: number, high: number) => (value: number) => {
  let [a, b] = [low, high];
  for (let i = 0; i < 200 && b - a > 0; i++) {
    const middle = 0.5 * (a + b);
    if (middle === a || middle === b) break;
    if (increasing(middle) < value) a = middle;
    else b = middle;
  }
  return 0.5 * (a + b);
};

function noiseToSignal({ sde }: GridJob): Coordinate {
  if (sde.transition?.structure !== 'scalar') {
    return fail('E_CAPABILITY', {
      summary: 'an edm grid needs a noise level σ(t)/a(t)',
      got:
        sde.transition === undefined ? 'a process without a transition' : 'a transition of more than one noise level',
      expected: "'transition', y_t = a y_0 + σ z",
      tryThis: ['grid: error', 'grid: quadratic'],
      option: ['grid'],
    });
  }
  const [sigma, a] = [noiseLevel(sde), contraction(sde)];
  const { t0, T } = sde.span;
  const w = (t: number) => sigma(t) / a(t0, t);
  return { w, t: inverseOf(w, t0, T) };
}

function ofClock({ sde }: GridJob): Coordinate | undefined {
  const clock = sde.timeChange?.clock;
  return clock && { w: (t) => clock.B(t), t: (theta) => clock.inverse(theta) };
}

const ofTime: Coordinate = { w: (t) => t, t: (w) => w };

const noClock = (): never =>
  fail('E_CAPABILITY', {
    summary: 'a clock grid needs a process with a clock',
    got: 'a process without timeChange',
    expected: "'timeChange': f = β(t) f̄(y), Q = β(t) Q̄",
    tryThis: ['grid: uniform', 'grid: auto (takes the clock where there is one)'],
    option: ['grid'],
  });

const thetas: Record<GridOptions['grid'], (job: GridJob) => Coordinate> = {
  uniform: () => ofTime,
  quadratic: () => ofTime,
  clock: (job) => ofClock(job) ?? noClock(),
  auto: (job) => ofClock(job) ?? ofTime,
  error: (job) => ofClock(job) ?? ofTime,
  edm: noiseToSignal,
};
const exponents: Partial<Record<GridOptions['grid'], number>> = { quadratic: 2, edm: 7 };

/** The coordinate in which steps are equal; of an error grid, the one its pilot starts from. */
export function coordinateOf(job: GridJob, { grid, clustering }: GridOptions): Coordinate {
  const theta = thetas[grid](job);
  const p = clustering ?? exponents[grid] ?? 1;
  if (p === 1) return theta;
  const origin = theta.w(job.sde.span.t0);
  return {
    w: (t) => Math.max(theta.w(t) - origin, 0) ** (1 / p),
    t: (w) => theta.t(origin + w ** p),
  };
}

export function checkTimes({ sde, from, to, steps, times }: GridJob): void {
  const { t0, T } = sde.span;
  const low = Math.min(from, to);
  const high = Math.max(from, to);
  const wrong = [from, to].find((t) => !(t >= t0 && t <= T)) ?? times.find((t) => !(t >= low && t <= high));
  if (wrong !== undefined || from === to) {
    fail('E_TIME', {
      summary: 'the times of a sampling job do not fit the process',
      got: wrong === undefined ? `from = to = ${from}` : `t = ${wrong} with from = ${from}, to = ${to}`,
      expected: `two different ends in [${t0}, ${T}] and frames between them`,
      tryThis: [`times: between ${low} and ${high}`],
    });
  }
  if (!Number.isInteger(steps) || steps < 1) {
    fail('E_PARAMETERS', {
      summary: 'the number of steps is not a positive integer',
      got: `steps = ${steps}`,
      expected: 'steps ≥ 1',
      tryThis: ['steps: 1000'],
    });
  }
  const stretches = stopsOf({ from, to, times }).length - 1;
  if (steps < stretches) {
    fail('E_PARAMETERS', {
      summary: 'fewer steps than frames',
      got: `${steps} steps for ${stretches} stretches between frames`,
      expected: 'at least one step from each frame to the next',
      tryThis: [`steps: ${stretches} or more`],
    });
  }
}

/** `from`, the frame times in the order of travel, `to`; each once. */
export function stopsOf({ from, to, times }: Pick<GridJob, 'from' | 'to' | 'times'>): number[] {
  const inner = [...new Set(times)].filter((t) => t !== from && t !== to);
  return [from, ...inner.sort((a, b) => (to > from ? a - b : b - a)), to];
}

/** Grid index of every stop: proportional to w, then pushed apart so that each stretch has a step. */
function shareSteps(w: readonly number[], steps: number): number[] {
  const last = w.length - 1;
  const length = w[last]! - w[0]!;
  const index = w.map((value) => Math.round(((value - w[0]!) / length) * steps));
  for (let i = 1; i <= last; i++) index[i] = Math.max(index[i]!, index[i - 1]! + 1);
  index[last] = steps;
  for (let i = last - 1; i > 0; i--) index[i] = Math.min(index[i]!, index[i + 1]! - 1);
  return index;
}

/** The grid of a job that `checkTimes` has passed. */
export function timeGrid(job: GridJob, at: Coordinate): TimeGrid {
  const { steps } = job;
  const stops = stopsOf(job);
  const w = stops.map((t) => at.w(t));
  const index = shareSteps(w, steps);
  const t = new Float64Array(steps + 1);
  const frame = new Array<boolean>(steps + 1).fill(false);
  for (let i = 0; i + 1 < stops.length; i++) {
    const [start, end] = [index[i]!, index[i + 1]!];
    for (let k = start + 1; k < end; k++) t[k] = at.t(w[i]! + ((w[i + 1]! - w[i]!) * (k - start)) / (end - start));
    t[start] = stops[i]!;
    t[end] = stops[i + 1]!;
    frame[end] = true;
  }
  frame[0] = job.times.includes(job.from);
  return { t, frame };
}
