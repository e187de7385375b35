/**
 * States of a process started from its data: by its exact transition from frame to frame where it has one, else by an integrator.
 *
 *     exact   y_{t'} = m(y_t, t → t') + L(t → t') z,    z = normal row i of key (frame j)
 *
 * Path i depends on (key, i) and the frame times alone. Rows are taken a block at a time, so that progress can be told and a signal heeded.
 * Throws E_TIME for times outside the span, E_DIVERGED, E_INTERRUPTED.
 */
import { setImmediate } from 'node:timers/promises';
import {
  type Acceptance,
  type Batch,
  drawFromKernel,
  fail,
  fillNormal,
  type GaussianTransition,
  type Key,
  type LostPath,
  simulate,
  transitionKernel,
  zeros,
} from '@fokker/core';
import type { OpenProcess } from '../composition/process.js';
import { type Progress, silent } from '../progress.js';
import { stopped } from '../stopped.js';
import type { Rows } from '../workers/in-chunks.js';

export interface StateFrame {
  readonly t: number;
  readonly y: Batch;
}

/** What a chunk of rows comes to: states [count, d] at each time, and paths that were lost. */
export interface ChunkFrames {
  readonly frames: readonly Float64Array[];
  readonly lost: readonly LostPath[];
  /** Of samplers that can reject a move. */
  readonly acceptance?: Acceptance | undefined;
}

export interface PathOptions {
  readonly n: number;
  /** Any order; frames come in this order. */
  readonly times: readonly number[];
  readonly key: Key;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Name of the work in progress events. */
  readonly stage?: string | undefined;
  /** Path of row 0; 0 by default. */
  readonly first?: number | undefined;
}

const block = 1000;

export type Simulated = Pick<OpenProcess, 'sde' | 'data' | 'simulation'>;

/** Throws E_TIME for times outside the span, or none. */
export function checkTimes({ sde }: Simulated, times: readonly number[]): void {
  const { t0, T } = sde.span;
  const wrong = times.find((t) => !(t >= t0 && t <= T));
  if (wrong === undefined && times.length > 0) return;
  fail('E_TIME', {
    summary: 'a time outside the span of the process',
    got: wrong === undefined ? 'no time' : `t = ${wrong}`,
    expected: `times from ${t0} to ${T}`,
    tryThis: [`times: between ${t0} and ${T}`, 'a process with a longer horizon, where it has that parameter'],
  });
}

function exactFrames(
  transition: GaussianTransition,
  y0: Batch,
  t0: number,
  times: readonly number[],
  key: Key,
  first: number,
) {
  const z = new Float64Array(y0.data.length);
  const from = new Float64Array(y0.n).fill(t0);
  const to = new Float64Array(y0.n);
  let y = y0;
  return times.map((t, j) => {
    const next = zeros(y.n, y.d);
    if (t > from[0]!) {
      fillNormal(key.at('segment', j), first, y.n, y.d, z);
      drawFromKernel(transitionKernel(transition, y, from, to.fill(t)), z, 1, next);
    } else next.data.set(y.data);
    from.fill(t);
    y = next;
    return { t, y };
  });
}

function blockFrames(
  process: Simulated,
  times: readonly number[],
  key: Key,
  first: number,
  count: number,
): StateFrame[] {
  const { sde, data, simulation } = process;
  const y = zeros(count, sde.dim);
  data.draw(key.at('data'), first, y);
  if (sde.timeless === true) return times.map((t) => ({ t, y }));
  const { scheme, step } = simulation;
  const stepping = scheme !== 'auto' && scheme !== 'exact';
  if (!stepping && sde.transition !== undefined) {
    return exactFrames(sde.transition, y, sde.span.t0, times, key.at('exact'), first);
  }
  return simulate(sde, y, times, { scheme: stepping ? scheme : 'heun', step, key: key.at('noise'), first });
}

const ascending = (times: readonly number[]): number[] => [...new Set(times)].sort((a, b) => a - b);

/** States at any chunk of paths, in the order of `times`. */
export const pathRows =
  (process: Simulated, times: readonly number[], key: Key): Rows<ChunkFrames> =>
  ({ first, count }) => {
    const frames = new Map(blockFrames(process, ascending(times), key, first, count).map(({ t, y }) => [t, y.data]));
    return { frames: times.map((t) => frames.get(t)!), lost: [] };
  };

/** The same paths a block at a time, `first` being the path of its row 0; frames by ascending time. */
export async function* pathBlocks(
  process: Simulated,
  options: PathOptions,
): AsyncGenerator<{ readonly first: number; readonly frames: readonly StateFrame[] }> {
  const { n, times, key, progress = silent, signal, stage = 'simulate', first: origin = 0 } = options;
  checkTimes(process, times);
  const sorted = ascending(times);
  for (let first = 0; first < n; first += block) {
    if (signal?.aborted) throw stopped('simulation', 'run it again: the same seed gives the same paths');
    const count = Math.min(block, n - first);
    yield { first, frames: blockFrames(process, sorted, key, origin + first, count) };
    progress({ kind: 'step', stage, done: first + count, of: n });
    await setImmediate();
  }
}

/** Frames [n, d] at the times asked for. */
export async function simulatePaths(process: Simulated, options: PathOptions): Promise<StateFrame[]> {
  const whole = new Map(options.times.map((t) => [t, zeros(options.n, process.sde.dim)]));
  for await (const { first, frames } of pathBlocks(process, options)) {
    for (const { t, y } of frames) whole.get(t)!.data.set(y.data, first * y.d);
  }
  return options.times.map((t) => ({ t, y: whole.get(t)! }));
}
