/**
 * The loop all samplers share: walk a batch along a time grid, freeze and record lost paths, hand out frames.
 *
 * Memory is O(n·d): two states, swapped, and whatever the method reserves; a frame is a copy. Row i depends on row i of the start and on
 * (key, first + i, step) alone, so any split of the rows into jobs gives the same numbers (through a network: within its float32 tolerance).
 *
 * Throws E_SHAPE, E_NOT_FINITE (start), E_CAPABILITY (state-dependent noise, field without a score), E_TIME, E_PARAMETERS, E_INTERRUPTED (signal).
 */
import {
  type Batch,
  defineSampler,
  type Frame,
  fail,
  type SamplerDefinition,
  type SamplingJob,
  zeros,
} from '@fokker/core';
import { type GridOptions, gridOptions, timeGrid } from './grid.js';
import { createPathGuard, type PathGuard } from './lost-paths.js';

export interface Step {
  readonly index: number;
  readonly t: number;
  /** The next time; h = next − t is negative in reverse. */
  readonly next: number;
}

/** Writes the state at `step.next` into `out`; `y` is the state at `step.t`. */
export type Advance = (y: Batch, step: Step, out: Batch) => Promise<void>;

const copy = ({ data, n, d }: Batch): Batch => ({ data: data.slice(), n, d });

function checkStart({ start, sde }: SamplingJob, bound: number): void {
  if (start.d !== sde.dim || start.n < 1 || start.data.length !== start.n * start.d) {
    fail('E_SHAPE', {
      summary: 'the start states do not fit the process',
      got: `[${start.n}, ${start.d}] in ${start.data.length} numbers`,
      expected: `[n, ${sde.dim}] with n ≥ 1`,
      tryThis: ['start: states of the same process'],
    });
  }
  const outside = start.data.findIndex((value) => !(Math.abs(value) <= bound));
  if (outside >= 0) {
    fail('E_NOT_FINITE', {
      summary: 'a start state is lost before the first step',
      got: `row ${Math.floor(outside / start.d)}, coordinate ${outside % start.d}: ${start.data[outside]}`,
      expected: `finite numbers within ±${bound}`,
      tryThis: ['start: check where the states come from', 'bound: a larger number'],
    });
  }
}

function checkParts({ sde, score }: SamplingJob): void {
  if (sde.diffusion.dependsOn === 'state') {
    fail('E_CAPABILITY', {
      summary: 'these samplers need noise that does not depend on the state',
      got: 'G(y, t)',
      expected: 'G constant or a function of t: the reverse drift is f − Q s with no ∇·Q',
      tryThis: ['a Lamperti change of variable, where one exists'],
    });
  }
  if (!score.provides.has('score')) {
    fail('E_CAPABILITY', {
      summary: 'a sampler needs a score',
      got: `a field that provides ${[...score.provides].join(', ') || 'nothing'}`,
      expected: "'score'",
      tryThis: ['score: a trained or analytic score field'],
    });
  }
}

async function* walk(
  job: SamplingJob,
  grid: ReturnType<typeof timeGrid>,
  guard: PathGuard,
  advance: Advance,
): AsyncGenerator<Frame> {
  const steps = grid.t.length - 1;
  let y = copy(job.start);
  let next = zeros(y.n, y.d);
  const frameAt = (k: number): Frame => ({ t: grid.t[k]!, y: copy(y), lost: [...guard.lost] });
  if (grid.frame[0]) yield frameAt(0);
  for (let index = 0; index < steps; index++) {
    if (job.signal?.aborted) {
      fail('E_INTERRUPTED', {
        summary: 'sampling stopped on request',
        got: `${index} of ${steps} steps`,
        expected: 'a signal that is not aborted',
        tryThis: ['run it again: the same key gives the same samples'],
      });
    }
    const t = grid.t[index]!;
    await advance(y, { index, t, next: grid.t[index + 1]! }, next);
    guard.hold(y, next, t);
    [y, next] = [next, y];
    job.onStep?.(index + 1, steps);
    if (grid.frame[index + 1]) yield frameAt(index + 1);
  }
}

/** Refuses a reverse sampler that is asked to run forward. */
function checkReverse({ from, to }: SamplingJob, id: string): void {
  if (from > to) return;
  fail('E_TIME', {
    summary: `'${id}' runs backwards in time only`,
    got: `from = ${from}, to = ${to}`,
    expected: 'from > to',
    tryThis: ['sampler.id: probability-flow (runs either way)', 'simulate: the forward process needs no score'],
  });
}

export interface TravelMethod {
  readonly id: string;
  readonly summary: string;
  readonly direction: SamplerDefinition['direction'];
  /** Reserves the buffers of a job and returns its step. `guard` is for states the step itself proposes to the score. */
  start(job: SamplingJob, guard: PathGuard): Advance;
}

/** The sampler that takes the steps of `method`: checks a job at once, walks when iterated. */
export const travelWith = ({ id, summary, direction, start }: TravelMethod): SamplerDefinition<GridOptions> =>
  defineSampler({
    id,
    summary,
    options: gridOptions,
    direction,
    create: (options) => ({
      id,
      sample(job) {
        if (direction === 'reverse') checkReverse(job, id);
        const bound = job.bound ?? 1e6;
        checkParts(job);
        checkStart(job, bound);
        const grid = timeGrid(job, options);
        const guard = createPathGuard(job.start.n, job.first ?? 0, bound);
        return walk(job, grid, guard, start(job, guard));
      },
    }),
  });
