/**
 * The loop all samplers share: walk a batch along a time grid, freeze and record lost paths, hand out frames. A process with walls is reflected at them.
 *
 * Memory is O(n·d): two states, swapped, and whatever the method reserves; a frame is a copy. Row i depends on row i of the start and on
 * (key, first + i, step) alone, so any split of the rows into jobs gives the same numbers (through a network: within its float32 tolerance).
 *
 * Throws what checks.ts, grid.ts and error-grid.ts say, and E_INTERRUPTED (signal).
 */
import {
  type Acceptance,
  type Batch,
  defineSampler,
  type Frame,
  reflectInside,
  type SamplerDefinition,
  type SamplingJob,
  type Schema,
  zeros,
} from '@fokker/core';
import { checkDirection, checkNeeds, checkStart, interrupted, type Needs } from './checks.js';
import { errorCoordinate } from './error-grid.js';
import { type Coordinate, checkTimes, coordinateOf, type GridOptions, timeGrid } from './grid.js';
import { createPathGuard, type PathGuard } from './lost-paths.js';

export interface Step {
  readonly index: number;
  readonly t: number;
  /** The next time; h = next − t is negative in reverse. */
  readonly next: number;
  /** The time of the frame that the step leads to. */
  readonly goal: number;
  readonly last: boolean;
}

/** Writes the state at `step.next` into `out`; `y` is the state at `step.t`. */
export type Advance = (y: Batch, step: Step, out: Batch) => Promise<void>;

/** Counts of moves, which a chain that can reject them keeps as it goes. */
export type Moves = { -readonly [K in keyof Acceptance]: Acceptance[K] };

export const copy = ({ data, n, d }: Batch): Batch => ({ data: data.slice(), n, d });

async function* walk(
  job: SamplingJob,
  coordinate: () => Coordinate | Promise<Coordinate>,
  guard: PathGuard,
  moves: Acceptance,
  advance: Advance,
): AsyncGenerator<Frame> {
  const grid = timeGrid(job, await coordinate());
  const steps = grid.t.length - 1;
  let y = copy(job.start);
  let next = zeros(y.n, y.d);
  const frameAt = (k: number): Frame => ({
    t: grid.t[k]!,
    y: copy(y),
    lost: [...guard.lost],
    ...(moves.proposed > 0 && { acceptance: { ...moves } }),
  });
  if (grid.frame[0]) yield frameAt(0);
  for (let index = 0; index < steps; index++) {
    if (job.signal?.aborted) interrupted(`${index} of ${steps} steps`);
    const t = grid.t[index]!;
    const goal = grid.t[grid.frame.indexOf(true, index + 1)]!;
    await advance(y, { index, t, next: grid.t[index + 1]!, goal, last: index === steps - 1 }, next);
    guard.hold(y, next, t);
    if (job.sde.domain !== undefined) reflectInside(job.sde.domain, next);
    [y, next] = [next, y];
    job.onStep?.(index + 1, steps);
    if (grid.frame[index + 1]) yield frameAt(index + 1);
  }
}

export interface TravelMethod<O> {
  readonly id: string;
  readonly summary: string;
  readonly direction: SamplerDefinition['direction'];
  readonly options: Schema<O>;
  readonly needs: Needs;
  /** The grid its options ask for. */
  grid(options: O): GridOptions;
  /** Reserves the buffers of a job and returns its step. `guard` is for states the step itself proposes to the score, `moves` for a step that can reject. */
  start(job: SamplingJob, options: O, guard: PathGuard, moves: Moves): Advance;
}

/** The sampler that takes the steps of `method`: checks a job at once, walks when iterated. */
export const travelWith = <O>(method: TravelMethod<O>): SamplerDefinition<O> => {
  const { id, summary, direction, needs } = method;
  return defineSampler({
    id,
    summary,
    options: method.options,
    direction,
    create: (options) => ({
      id,
      sample(job) {
        const bound = job.bound ?? 1e6;
        checkDirection(job, direction, id);
        checkNeeds(job, needs, id);
        checkStart(job, bound);
        checkTimes(job);
        const grid = method.grid(options);
        const base = coordinateOf(job, grid);
        const coordinate = () => (grid.grid === 'error' ? errorCoordinate(job, grid) : base);
        const guard = createPathGuard(job.start.n, job.first ?? 0, bound);
        const moves = { proposed: 0, accepted: 0 };
        return walk(job, coordinate, guard, moves, method.start(job, options, guard, moves));
      },
    }),
  });
};
