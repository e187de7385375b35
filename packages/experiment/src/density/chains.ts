/**
 * Any number of chains from the start law to the time asked for, a block after the other, their ends counted into a grid and forgotten: 10⁸ points need the memory of one block.
 *
 * Chain i is a pure function of (key, i), whatever the blocks.
 */
import { type Acceptance, fail, type Key, type ScoreField, zeros } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import type { Progress } from '../progress.js';
import { addAcceptance } from '../sampling/acceptance.js';
import { carryRows, openSampler, stepsFor } from '../sampling/travel.js';
import { count, type Grid } from './grid.js';

export interface ChainTask {
  readonly experiment: Experiment;
  readonly score: ScoreField;
  readonly grid: Grid;
  readonly n: number;
  readonly t: number;
  readonly key: Key;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface Histogram {
  /** Chains that ended in each cell. */
  readonly counts: Float64Array;
  readonly outside: number;
  readonly lost: number;
  /** Of samplers that can reject a move. */
  readonly acceptance?: Acceptance | undefined;
}

export async function chainHistogram(task: ChainTask): Promise<Histogram> {
  const { experiment, score, grid, n, t, key, progress, signal } = task;
  const { sde, config } = experiment;
  const { reverse, steps, bound, batch } = config.sampling;
  const start =
    sde.prior ??
    fail('E_CAPABILITY', {
      summary: 'chains have no law to start from',
      got: `process '${experiment.process.id}', which has no prior`,
      expected: "'prior', a law of the start that can be sampled",
      tryThis: ['fokker sample RUN  starts from simulated states'],
    });
  const counts = new Float64Array(grid.cells ** 2);
  const { T } = sde.span;
  const route = {
    sde,
    score,
    sampler: openSampler(experiment, reverse),
    from: T,
    to: t,
    steps: stepsFor(sde, T, t, steps),
    times: [t],
    key: key.at('chain'),
    bound,
  };
  let [outside, lost] = [0, 0];
  let acceptance: Acceptance | undefined;
  for (let first = 0; first < n; first += batch) {
    const y = zeros(Math.min(batch, n - first), sde.dim);
    start.sample(key.at('start'), first, y);
    const arrival = await carryRows(route, { start: y, first, signal });
    outside += count(grid, arrival.frames[0]!.y, counts);
    lost += arrival.lost.length;
    acceptance = addAcceptance(acceptance, arrival.acceptance);
    progress({ kind: 'step', stage: 'chains', done: first + y.n, of: n });
  }
  return { counts, outside, lost, acceptance };
}
