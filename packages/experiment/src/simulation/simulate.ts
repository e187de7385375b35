/**
 * Simulation of a process, by its id with default data and parameters, or as a configuration says.
 */
import { FokkerError, type PluginSpec, rootKey } from '@fokker/core';
import { type OpenProcess, openProcess, pluginsOf } from '../composition/process.js';
import { checkCount } from '../config/count.js';
import { readConfig } from '../config/read.js';
import { configSchema, mostWorkers } from '../config/schema.js';
import type { Progress } from '../progress.js';
import { type Chunk, chunkOf, inChunks } from '../workers/in-chunks.js';
import { openThread } from '../workers/thread.js';
import { deliver } from './deliver.js';
import type { Moments } from './moments.js';
import { type ChunkFrames, checkTimes, pathRows, type StateFrame } from './paths.js';
import { checkFramesPath } from './write-frames.js';

export interface SimulateOptions {
  /** Paths; 1000 by default. */
  readonly n?: number | undefined;
  /** Integration steps over the whole span; by default the configured step. */
  readonly steps?: number | undefined;
  /** By default the horizon. */
  readonly times?: readonly number[] | undefined;
  readonly seed?: number | undefined;
  /** `path=value` in the configuration; for a process id, `gamma=0.2` means its parameter. */
  readonly set?: readonly string[] | undefined;
  /** File to write: .npy or .csv. */
  readonly out?: string | undefined;
  /** Whether the states are kept in memory, as `frames` (default). Without, memory holds some chunks of 1000 paths, however many there are. */
  readonly keep?: boolean | undefined;
  /** Threads that compute, this one among them; by default as many as pay. The numbers do not depend on it. */
  readonly workers?: number | undefined;
  readonly plugins?: readonly PluginSpec[] | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Simulation {
  readonly process: string;
  readonly n: number;
  /** None where they are not kept. */
  readonly frames: readonly StateFrame[];
  /** Names of the coordinates, where the process has any. */
  readonly coordinates?: readonly string[];
  /** Mean and standard deviation of each coordinate, by frame. */
  readonly moments: readonly Moments[];
  readonly out?: string;
}

const looksLikeFile = (text: string): boolean => /[/\\]|\.(ya?ml|json)$/.test(text);
const sections = Object.keys(configSchema.shape);

/** `gamma=0.2` for a process named by id means `process.gamma=0.2`. */
const ofProcess = (set: readonly string[]): string[] =>
  set.map((text) => (sections.includes(text.split(/[.=]/, 1)[0]!) ? text : `process.${text}`));

export interface NamedProcess extends OpenProcess {
  readonly seed: number;
  /** What a worker opens the same process from; absent where plugins were given as objects. */
  readonly config: object | undefined;
}

/** A process named by its id, or as a configuration says. */
export async function openNamedProcess(
  what: string | object,
  { set = [], plugins = [] }: Pick<SimulateOptions, 'set' | 'plugins'>,
): Promise<NamedProcess> {
  const read =
    typeof what === 'string' && !looksLikeFile(what)
      ? await readConfig({ process: { id: what } }, ofProcess(set))
      : await readConfig(what, set);
  const open = await openProcess(read, await pluginsOf(read, plugins));
  const { resolved, simulation, inline } = open;
  const named = [...read.parsed.plugins, ...plugins];
  const config = { ...resolved, simulation, plugins: named, directory: read.directory };
  return { ...open, seed: read.parsed.seed, config: inline.length > 0 ? undefined : config };
}

/** What a worker that simulates is started with. */
export interface PathsTask {
  readonly config: object;
  readonly times: readonly number[];
  readonly key: readonly [number, number];
}

const died = (got: string): FokkerError =>
  new FokkerError('E_WORKER', {
    summary: 'a worker that simulates died',
    got,
    expected: 'paths of the process',
    tryThis: ['workers: 1  simulates in this thread, with the same numbers'],
  });
const openWorker = (task: PathsTask) =>
  openThread<Chunk, ChunkFrames>(new URL('./paths-worker.js', import.meta.url), task, { died });

/** Throws E_FILE, E_CONFIG, E_UNKNOWN_ID, E_PARAMETERS, E_TIME, E_USAGE, E_DIVERGED, E_WORKER, E_INTERRUPTED. */
export async function simulate(what: string | object, options: SimulateOptions = {}): Promise<Simulation> {
  const { n = 1000, steps, out, keep = true, workers, progress, signal } = options;
  checkCount(n, 'n');
  if (steps !== undefined) checkCount(steps, 'steps');
  if (workers !== undefined) checkCount(workers, 'workers', 1, mostWorkers);
  if (out !== undefined) checkFramesPath(out);
  const process = await openNamedProcess(what, options);
  const { sde, text, config } = process;
  const { t0, T } = sde.span;
  const simulation = steps === undefined ? process.simulation : { ...process.simulation, step: (T - t0) / steps };
  const key = rootKey(options.seed ?? process.seed).at('simulate');
  const times = options.times ?? [T];
  checkTimes(process, times);
  const rows = inChunks({
    n,
    size: chunkOf(sde.dim),
    rows: pathRows({ ...process, simulation }, times, key),
    open: config && (() => openWorker({ config: { ...config, simulation }, times, key: key.words })),
    workers,
    stage: 'simulate',
    progress,
    signal,
  });
  const { frames, moments } = await deliver(rows, { times, n, d: sde.dim, names: text.coordinates, out, keep });
  return {
    process: process.process.id,
    n,
    frames,
    ...(text.coordinates !== undefined && { coordinates: text.coordinates }),
    moments,
    ...(out !== undefined && { out }),
  };
}
