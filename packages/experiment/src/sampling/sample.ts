/**
 * Samples of a trained run: terminal states carried back in time by a sampler with the run's score.
 */
import { type Acceptance, FokkerError, fail, type Hint, hintText, type LostPath, rootKey } from '@fokker/core';
import { opensInEveryThread } from '@fokker/runtime';
import type { Experiment } from '../composition/experiment.js';
import { chooseGiven } from '../composition/given-part.js';
import { located } from '../composition/located.js';
import { checkCount } from '../config/count.js';
import { mostWorkers, type PartConfig } from '../config/schema.js';
import type { Run } from '../run/run.js';
import { type DrawOptions, openScore, type ScoreOptions } from '../run/score.js';
import { deliver } from '../simulation/deliver.js';
import type { Moments } from '../simulation/moments.js';
import type { ChunkFrames, StateFrame } from '../simulation/paths.js';
import { checkFramesPath } from '../simulation/write-frames.js';
import { type Chunk, chunkOf, inChunks, threadsFor } from '../workers/in-chunks.js';
import { openThread } from '../workers/thread.js';
import { acceptanceHints } from './acceptance.js';
import { routeOf, sampleRows, startRows, type Wanted } from './rows.js';

export interface SampleOptions extends DrawOptions {
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
  /** File to write: .npy or .csv. */
  readonly out?: string | undefined;
  /** Whether the states are kept in memory, as `frames` (default). Without, memory holds some chunks of 1000 samples, however many there are. */
  readonly keep?: boolean | undefined;
  /** Threads that compute, this one among them; by default those of the configuration, else as many as pay. The numbers do not depend on it. */
  readonly workers?: number | undefined;
}

export interface Samples {
  readonly sampler: string;
  readonly n: number;
  /** None where they are not kept. */
  readonly frames: readonly StateFrame[];
  /** Names of the coordinates, where the process has any. */
  readonly coordinates?: readonly string[];
  /** Mean and standard deviation of each coordinate, by frame. */
  readonly moments: readonly Moments[];
  readonly lost: { readonly count: number; readonly of: number; readonly paths: readonly LostPath[] };
  /** Of samplers that can reject a move. */
  readonly acceptance?: Acceptance;
  /** Advice; also told as notices. */
  readonly hints: readonly Hint[];
  /** Step of the checkpoint. */
  readonly step: number;
  readonly out?: string;
}

function checkTimes(experiment: Experiment, times: readonly number[]): void {
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
}

/** What a worker that samples is started with. */
export interface SampleTask extends Pick<ScoreOptions, 'weights'> {
  readonly config: object;
  readonly trained: Pick<Run, 'prepared' | 'paths' | 'steps'>;
  readonly device: string;
  readonly threads: number;
  readonly wanted: Wanted;
}

const died = (got: string): FokkerError =>
  new FokkerError('E_WORKER', {
    summary: 'a worker that samples died',
    got,
    expected: 'samples of the run',
    tryThis: ['workers: 1  samples in this thread, with the same numbers'],
  });
/** ONNX Runtime must not be stopped while it computes. */
const openWorker = (task: SampleTask) =>
  openThread<Chunk, ChunkFrames>(new URL('./rows-worker.js', import.meta.url), task, { died, native: true });

/** The sampler that is asked for, and where it was. */
const chooseSampler = ({ registry, source, config }: Experiment, { sampler, set }: SampleOptions) =>
  chooseGiven(registry, 'sampler', {
    flag: 'sampler',
    given: sampler,
    set,
    usual: { part: config.sampling.reverse, where: (path) => source.where(['sampling', 'reverse', ...path]) },
  });

/** Throws E_UNKNOWN_ID, E_PARAMETERS, E_TIME, E_CAPABILITY, E_USAGE, E_FILE, E_DEVICE, E_WORKER, E_INTERRUPTED. */
export async function sample(run: Run, options: SampleOptions = {}): Promise<Samples> {
  const { experiment, prepared, paths } = run;
  const { config, sde, text, inline } = experiment;
  const { sampling } = config;
  const { n = sampling.n, steps = sampling.steps, workers = sampling.workers, start = sampling.start } = options;
  const { out, keep = true, weights, progress, signal } = options;
  const times = options.times ?? sampling.times ?? [sampling.cutoff];
  checkTimes(experiment, times);
  checkCount(n, 'n');
  checkCount(steps, 'steps');
  if (workers !== undefined) checkCount(workers, 'workers', 1, mostWorkers);
  if (out !== undefined) checkFramesPath(out);
  const { definition, resolved: sampler, source } = chooseSampler(experiment, options);
  const key = rootKey(options.seed ?? config.seed).at('sample').words;
  const wanted: Wanted = { n, sampler, start, steps, times, key };
  const first = await startRows(experiment, wanted, 0, 1, signal);
  const small = Math.min(sampling.batch, chunkOf(sde.dim));
  // Several threads compute with one each; one computes with as many as its device likes.
  const threads = threadsFor({ n, size: small, workers }) > 1 ? 1 : undefined;
  const score = await openScore(run, { ...options, threads });
  try {
    const device = score.device.id;
    const alone = inline.length > 0 || !opensInEveryThread(device);
    const route = routeOf(experiment, score.field, wanted);
    located(source, [], () => route.sampler.sample({ ...route, start: first })); // refuses at once what it cannot do
    const trained = { prepared, paths, steps: run.steps };
    const rows = inChunks({
      n,
      size: alone ? sampling.batch : small,
      rows: sampleRows(experiment, score.field, wanted),
      open: alone ? undefined : () => openWorker({ config, trained, device, weights, threads: 1, wanted }),
      workers,
      stage: 'sample',
      progress,
      signal,
    });
    const delivered = await deliver(rows, { times, n, d: sde.dim, names: text.coordinates, out, keep });
    const { frames, moments, lost, acceptance } = delivered;
    const hints = acceptanceHints(acceptance);
    for (const hint of hints) progress?.({ kind: 'notice', text: hintText(hint) });
    return {
      sampler: definition.id,
      n,
      frames,
      ...(text.coordinates !== undefined && { coordinates: text.coordinates }),
      moments,
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
