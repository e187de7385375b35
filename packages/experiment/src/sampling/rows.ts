/**
 * Any chunk of samples: states at the horizon, carried back by a sampler. Row i is a function of (key, i) alone; what a sampler learns from a pilot it learns from the first rows of all,
 * whatever the chunk.
 */
import { type Batch, keyFromWords, type ScoreField } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import type { PartConfig } from '../config/schema.js';
import type { ChunkFrames } from '../simulation/paths.js';
import type { Rows } from '../workers/in-chunks.js';
import { type StartOptions, terminalStates } from './start.js';
import { carryRows, openSampler, pilotRows, type Route, stepsFor } from './travel.js';

/** Which samples: plain data, for any thread. */
export interface Wanted {
  readonly n: number;
  /** With all its options. */
  readonly sampler: PartConfig;
  readonly start: StartOptions['start'];
  /** Over the whole span. */
  readonly steps: number;
  readonly times: readonly number[];
  readonly key: readonly [number, number];
}

/** States at the horizon of the paths from `first` on. */
export const startRows = (
  experiment: Experiment,
  { key, start }: Wanted,
  first: number,
  n: number,
  signal?: AbortSignal,
) => terminalStates(experiment, { n, first, key: keyFromWords(key), start, signal });

export function routeOf(experiment: Experiment, score: ScoreField, wanted: Wanted): Route {
  const { sde, config } = experiment;
  const { times, key } = wanted;
  const { T } = sde.span;
  const to = Math.min(...times);
  return {
    sde,
    score,
    sampler: openSampler(experiment, wanted.sampler),
    from: T,
    to,
    steps: stepsFor(sde, T, to, wanted.steps),
    times,
    key: keyFromWords(key).at('sampler'),
    bound: config.sampling.bound,
  };
}

export function sampleRows(experiment: Experiment, score: ScoreField, wanted: Wanted): Rows<ChunkFrames> {
  const route = routeOf(experiment, score, wanted);
  let pilot: Promise<Batch> | undefined;
  return async ({ first, count }, onStep, signal) => {
    pilot ??= startRows(experiment, wanted, 0, Math.min(pilotRows, wanted.n), signal);
    const start = await startRows(experiment, wanted, first, count, signal);
    const { frames, ...rest } = await carryRows(route, { start, pilot: await pilot, first, onStep, signal });
    return { frames: frames.map(({ y }) => y.data), ...rest };
  };
}
