/**
 * The time grid of a sampler: `steps` + 1 points from `from` to `to`, with every requested frame time among them, exactly.
 *
 *     θ(t) = t        (grid: uniform)          θ(t) = B(t)     (grid: clock, processes with a time change, MATH §6.2)
 *     w(t) = (θ(t) − θ(t₀))^{1/p}              p = clustering
 *
 * Between two neighbouring frame times the points are equidistant in w; the steps are shared out in proportion to the w-length of each stretch,
 * at least one each. p = 1 leaves θ alone. p = 2 makes dt/dw ∝ √θ: short steps near t₀, where a broad start meets a contracting drift (the active
 * swimmer's −3x² reaches −48 at |x| = 4, t = 0, which explicit steps longer than 0.04 cannot follow), long ones where the law has settled.
 *
 * Throws E_TIME (times out of the span or not between the ends), E_PARAMETERS (steps), E_CAPABILITY (clock grid without a clock).
 */
import { fail, type SamplingJob } from '@fokker/core';
import { z } from 'zod';

export const gridOptions = z.object({
  grid: z
    .enum(['auto', 'uniform', 'clock'])
    .default('auto')
    .describe('steps equal in t (uniform) or in B(t) (clock); auto: clock where the process has one'),
  clustering: z
    .number()
    .min(1)
    .max(8)
    .default(1)
    .describe('exponent p: steps equal in (θ − θ₀)^{1/p}; 2 puts short steps near t0'),
});
export type GridOptions = z.infer<typeof gridOptions>;

export interface TimeGrid {
  /** [steps + 1], from `from` to `to`. */
  readonly t: Float64Array;
  /** Whether point k is a frame. */
  readonly frame: readonly boolean[];
}

type GridJob = Pick<SamplingJob, 'sde' | 'from' | 'to' | 'steps' | 'times'>;

/** w(t) and its inverse. */
function coordinate({ sde }: GridJob, { grid, clustering }: GridOptions) {
  const clock = sde.timeChange?.clock;
  if (grid === 'clock' && clock === undefined) {
    return fail('E_CAPABILITY', {
      summary: 'a clock grid needs a process with a clock',
      got: 'a process without timeChange',
      expected: "'timeChange': f = β(t) f̄(y), Q = β(t) Q̄",
      tryThis: ['grid: uniform', 'grid: auto (takes the clock where there is one)'],
    });
  }
  const useClock = grid !== 'uniform' && clock !== undefined;
  const theta = useClock ? (t: number) => clock.B(t) : (t: number) => t;
  const inverse = useClock ? (value: number) => clock.inverse(value) : (value: number) => value;
  const origin = theta(sde.span.t0);
  if (clustering === 1) return { w: theta, t: inverse };
  return {
    w: (t: number) => Math.max(theta(t) - origin, 0) ** (1 / clustering),
    t: (w: number) => inverse(origin + w ** clustering),
  };
}

function checkTimes({ sde, from, to, steps, times }: GridJob): void {
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
}

/** Grid index of every break: proportional to w, then pushed apart so that each stretch has a step. */
function shareSteps(w: readonly number[], steps: number): number[] {
  const last = w.length - 1;
  const length = w[last]! - w[0]!;
  const index = w.map((value) => Math.round(((value - w[0]!) / length) * steps));
  for (let i = 1; i <= last; i++) index[i] = Math.max(index[i]!, index[i - 1]! + 1);
  index[last] = steps;
  for (let i = last - 1; i > 0; i--) index[i] = Math.min(index[i]!, index[i + 1]! - 1);
  return index;
}

export function timeGrid(job: GridJob, options: GridOptions): TimeGrid {
  checkTimes(job);
  const { from, to, steps } = job;
  const forward = to > from;
  const inner = [...new Set(job.times)].filter((t) => t !== from && t !== to).sort((a, b) => (forward ? a - b : b - a));
  const breaks = [from, ...inner, to];
  if (steps < breaks.length - 1) {
    fail('E_PARAMETERS', {
      summary: 'fewer steps than frames',
      got: `${steps} steps for ${breaks.length - 1} stretches between frames`,
      expected: 'at least one step from each frame to the next',
      tryThis: [`steps: ${breaks.length - 1} or more`],
    });
  }
  const at = coordinate(job, options);
  const w = breaks.map((t) => at.w(t));
  const index = shareSteps(w, steps);
  const t = new Float64Array(steps + 1);
  const frame = new Array<boolean>(steps + 1).fill(false);
  for (let i = 0; i + 1 < breaks.length; i++) {
    const [start, end] = [index[i]!, index[i + 1]!];
    for (let k = start + 1; k < end; k++) t[k] = at.t(w[i]! + ((w[i + 1]! - w[i]!) * (k - start)) / (end - start));
    t[start] = breaks[i]!;
    t[end] = breaks[i + 1]!;
    frame[end] = true;
  }
  frame[0] = job.times.includes(from);
  return { t, frame };
}
