/**
 * Paths for pictures: the process forward from its data, and the learnt score back from the horizon, both at the same times.
 */
import type { Progress } from '../progress.js';
import type { Journey } from '../report/index.js';
import type { Run } from '../run/run.js';
import type { OpenScore } from '../run/score.js';
import { terminalStates } from '../sampling/start.js';
import { openSampler, stepsFor, travel } from '../sampling/travel.js';
import { simulatePaths } from '../simulation/paths.js';

const paths = 1000;
const frames = 41;
/** The paths of single pixels say nothing, and those of images would fill the memory. */
const mostCoordinates = 64;

/** Undefined for a density, which has no time to travel in, and for states of many coordinates. */
export async function journeyOf(
  { experiment }: Run,
  { field }: OpenScore,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<Journey | undefined> {
  const { sde, config } = experiment;
  if (sde.timeless === true || sde.dim > mostCoordinates) return undefined;
  const { start, cutoff, reverse, steps, bound, batch } = config.sampling;
  const { T } = sde.span;
  const times = Array.from({ length: frames }, (_, k) => cutoff + ((T - cutoff) * k) / (frames - 1));
  const key = experiment.key.at('journey');
  const common = { progress, signal };
  const simulated = await simulatePaths(experiment, { n: paths, times, key: key.at('forward'), ...common });
  const from = await terminalStates(experiment, { n: paths, key: key.at('terminal'), start, ...common });
  const reversed = await travel({
    sde,
    score: field,
    sampler: openSampler(experiment, reverse),
    start: from,
    from: T,
    to: cutoff,
    steps: Math.max(times.length, stepsFor(sde, T, cutoff, steps)), // a step from each picture to the next
    times,
    key: key.at('reverse'),
    bound,
    batch,
    stage: 'reverse',
    ...common,
  });
  return { simulated, reversed: reversed.frames };
}
