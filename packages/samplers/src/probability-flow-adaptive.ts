/**
 * The probability-flow ODE by Dormand–Prince 5(4), in either direction of time (core/numerics/dormand-prince.ts has the method).
 *
 *     dy/dt = u(y, t) = f − ½ ∇·Q − ½ Q s,     error of a step ≤ atol + rtol |y| in root mean square over the coordinates of a path
 *
 * Every path chooses its own steps from its own error, so its numbers do not depend on how the rows are split; `control: batch` takes one step for all rows of a job, as
 * solvers of one large system do, and then they do. Frames are read off the interpolant of the step that passes them; the job's `steps` only divide the progress that is told.
 * A path that cannot be continued inside the bound is lost there.
 */
import { createDormandPrince, createVelocity, defineSampler, type Frame, type SamplingJob, zeros } from '@fokker/core';
import { z } from 'zod';
import { checkNeeds, checkStart, interrupted } from './checks.js';
import { checkTimes, stopsOf } from './grid.js';
import { createPathGuard, type PathGuard } from './lost-paths.js';
import { copy } from './travel.js';

const options = z.object({
  rtol: z.number().positive().default(1e-5).describe('error of a step relative to the state'),
  atol: z.number().positive().default(1e-5).describe('error of a step in the unit of the state'),
  control: z
    .enum(['row', 'batch'])
    .default('row')
    .describe('whose error chooses the step: each path its own, or all paths of a batch together'),
});
type Options = z.infer<typeof options>;

async function* walk(job: SamplingJob, tolerance: Options, guard: PathGuard, bound: number): AsyncGenerator<Frame> {
  const { start, from, to, steps, onStep, signal } = job;
  let told = 0;
  const tell = (t: number): void => {
    if (signal?.aborted) interrupted(`t = ${t}, on the way from ${from} to ${to}`);
    const done = Math.floor((steps * (t - from)) / (to - from) + 1e-9);
    for (; told < done; told++) onStep?.(told + 1, steps);
  };
  const solver = createDormandPrince(
    {
      field: createVelocity(job, 0.5),
      start,
      from,
      to,
      bound,
      onStop: (row, t) => guard.lose(row, t),
      onRound: tell,
    },
    tolerance,
  );
  const y = zeros(start.n, start.d);
  const frameAt = (t: number): Frame => ({ t, y: copy(y), lost: [...guard.lost] });
  if (job.times.includes(from)) yield { t: from, y: copy(start), lost: [] };
  for (const t of stopsOf(job).slice(1)) {
    await solver.advance(t, y);
    tell(t);
    yield frameAt(t);
  }
}

export const probabilityFlowAdaptive = defineSampler({
  id: 'probability-flow-adaptive',
  summary: 'the deterministic flow by Dormand–Prince 5(4) with a tolerance for every path',
  direction: 'both',
  options,
  create: (tolerance) => ({
    id: 'probability-flow-adaptive',
    sample(job) {
      const bound = job.bound ?? 1e6;
      checkNeeds(job, { noise: 'any' }, 'probability-flow-adaptive');
      checkStart(job, bound);
      checkTimes(job);
      return walk(job, tolerance, createPathGuard(job.start.n, job.first ?? 0, bound), bound);
    },
  }),
});
