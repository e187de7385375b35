/**
 * Samples of a trained run: terminal states carried back in time by a sampler with the run's score.
 */
import { type Acceptance, fail, type Hint, hintText, type LostPath, rootKey } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import { choosePart } from '../composition/parts.js';
import { checkCount } from '../config/count.js';
import type { PartConfig } from '../config/schema.js';
import { sourceFromObject } from '../config/source.js';
import type { Progress } from '../progress.js';
import type { Run } from '../run/run.js';
import { openScore } from '../run/score.js';
import type { StateFrame } from '../simulation/paths.js';
import { checkFramesPath, writeFrames } from '../simulation/write-frames.js';
import { acceptanceHints } from './acceptance.js';
import { terminalStates } from './start.js';
import { stepsFor, travel } from './travel.js';

export interface SampleOptions {
  readonly n?: number | undefined;
  /** Id of a sampler, or the sampler with its options; the configured one by default. */
  readonly sampler?: string | PartConfig | undefined;
  /** `option=value` of the sampler. */
  readonly set?: readonly string[] | undefined;
  /** Integration steps over the whole span. */
  readonly steps?: number | undefined;
  /** Times of the frames; by default those of the configuration, else the smallest time for sampling. */
  readonly times?: readonly number[] | undefined;
  readonly start?: 'auto' | 'prior' | 'simulated' | undefined;
  readonly seed?: number | undefined;
  readonly device?: string | undefined;
  readonly weights?: 'ema' | 'model' | undefined;
  /** File to write: .npy or .csv. */
  readonly out?: string | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Samples {
  readonly sampler: string;
  readonly n: number;
  readonly frames: readonly StateFrame[];
  readonly lost: { readonly count: number; readonly of: number; readonly paths: readonly LostPath[] };
  /** Of samplers that can reject a move. */
  readonly acceptance?: Acceptance;
  /** Advice; also told as notices. */
  readonly hints: readonly Hint[];
  /** Step of the checkpoint. */
  readonly step: number;
  readonly out?: string;
}

export function openSampler(experiment: Experiment, sampler: PartConfig, set: readonly string[] = []) {
  const source = sourceFromObject(
    { sampler },
    set.map((text) => `sampler.${text}`),
  );
  const { sampler: part } = source.value as { sampler: PartConfig };
  const { definition, options } = choosePart(experiment.registry, 'sampler', part, source, ['sampler']);
  return definition.create(options);
}

function checkOptions(experiment: Experiment, n: number, steps: number, times: readonly number[]): void {
  const low = experiment.sde.span.t0;
  const { T } = experiment.sde.span;
  const wrong = times.find((t) => !(t >= low && t < T));
  if (wrong !== undefined || times.length === 0) {
    fail('E_TIME', {
      summary: 'a time that samples cannot be taken at',
      got: wrong === undefined ? 'no time' : `t = ${wrong}`,
      expected: `times from ${low} to below the horizon ${T}`,
      tryThis: [`times: ${experiment.config.sampling.cutoff}`],
    });
  }
  checkCount(n, 'n');
  checkCount(steps, 'steps');
}

/** Throws E_UNKNOWN_ID, E_PARAMETERS, E_TIME, E_CAPABILITY, E_USAGE, E_FILE, E_DEVICE. */
export async function sample(run: Run, options: SampleOptions = {}): Promise<Samples> {
  const { experiment } = run;
  const { config, sde } = experiment;
  const { n = config.sampling.n, steps = config.sampling.steps, out, progress, signal } = options;
  const times = options.times ?? config.sampling.times ?? [config.sampling.cutoff];
  checkOptions(experiment, n, steps, times);
  if (out !== undefined) checkFramesPath(out);
  const part =
    typeof options.sampler === 'string' ? { id: options.sampler } : (options.sampler ?? config.sampling.reverse);
  const sampler = openSampler(experiment, part, options.set);
  const key = rootKey(options.seed ?? config.seed).at('sample');
  const start = await terminalStates(experiment, {
    n,
    key,
    start: options.start ?? config.sampling.start,
    progress,
    signal,
  });
  const score = await openScore(run, options);
  try {
    const { T } = sde.span;
    const to = Math.min(...times);
    const { bound, batch } = config.sampling;
    const { frames, lost, acceptance } = await travel({
      sde,
      score: score.field,
      sampler,
      start,
      from: T,
      to,
      steps: stepsFor(sde, T, to, steps),
      times,
      key: key.at('sampler'),
      bound,
      batch,
      stage: 'sample',
      progress,
      signal,
    });
    if (out !== undefined) await writeFrames(out, frames);
    const hints = acceptanceHints(acceptance);
    for (const hint of hints) progress?.({ kind: 'notice', text: hintText(hint) });
    return {
      sampler: sampler.id,
      n,
      frames,
      lost: { count: lost.length, of: n, paths: lost },
      ...(acceptance !== undefined && { acceptance }),
      hints,
      step: score.step,
      ...(out !== undefined && { out }),
    };
  } finally {
    score.close();
  }
}
