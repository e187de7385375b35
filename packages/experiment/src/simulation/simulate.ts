/**
 * Simulation of a process, by its id with default data and parameters, or as a configuration says.
 */
import { type Batch, type PluginSpec, rootKey } from '@fokker/core';
import { type OpenProcess, openProcess, pluginsOf } from '../composition/process.js';
import { checkCount } from '../config/count.js';
import { readConfig } from '../config/read.js';
import { configSchema } from '../config/schema.js';
import type { Progress } from '../progress.js';
import { type StateFrame, simulatePaths } from './paths.js';
import { checkFramesPath, writeFrames } from './write-frames.js';

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
  readonly plugins?: readonly PluginSpec[] | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Simulation {
  readonly process: string;
  readonly n: number;
  readonly frames: readonly StateFrame[];
  /** Names of the coordinates, where the process has any. */
  readonly coordinates?: readonly string[];
  /** Mean and standard deviation of each coordinate, by frame. */
  readonly moments: readonly Moments[];
  readonly out?: string;
}

export interface Moments {
  readonly t: number;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

export function momentsOf(t: number, { data, n, d }: Batch): Moments {
  const mean = new Array<number>(d).fill(0);
  const square = new Array<number>(d).fill(0);
  for (let k = 0; k < n * d; k++) mean[k % d]! += data[k]! / n;
  for (let k = 0; k < n * d; k++) square[k % d]! += (data[k]! - mean[k % d]!) ** 2 / n;
  return { t, mean, deviation: square.map(Math.sqrt) };
}

const looksLikeFile = (text: string): boolean => /[/\\]|\.(ya?ml|json)$/.test(text);
const sections = Object.keys(configSchema.shape);

/** `gamma=0.2` for a process named by id means `process.gamma=0.2`. */
const ofProcess = (set: readonly string[]): string[] =>
  set.map((text) => (sections.includes(text.split(/[.=]/, 1)[0]!) ? text : `process.${text}`));

/** A process named by its id, or as a configuration says. */
export async function openNamedProcess(
  what: string | object,
  { set = [], plugins = [] }: Pick<SimulateOptions, 'set' | 'plugins'>,
): Promise<OpenProcess & { seed: number }> {
  const read =
    typeof what === 'string' && !looksLikeFile(what)
      ? await readConfig({ process: { id: what } }, ofProcess(set))
      : await readConfig(what, set);
  return { ...(await openProcess(read, await pluginsOf(read, plugins))), seed: read.parsed.seed };
}

/** Throws E_FILE, E_CONFIG, E_UNKNOWN_ID, E_PARAMETERS, E_TIME, E_USAGE, E_DIVERGED. */
export async function simulate(what: string | object, options: SimulateOptions = {}): Promise<Simulation> {
  const { n = 1000, steps, out, progress, signal } = options;
  checkCount(n, 'n');
  if (steps !== undefined) checkCount(steps, 'steps');
  if (out !== undefined) checkFramesPath(out);
  const process = await openNamedProcess(what, options);
  const { t0, T } = process.sde.span;
  const simulation = steps === undefined ? process.simulation : { ...process.simulation, step: (T - t0) / steps };
  const key = rootKey(options.seed ?? process.seed).at('simulate');
  const times = options.times ?? [T];
  const frames = await simulatePaths({ ...process, simulation }, { n, times, key, progress, signal });
  if (out !== undefined) await writeFrames(out, frames);
  return {
    process: process.process.id,
    n,
    frames,
    ...(process.text.coordinates !== undefined && { coordinates: process.text.coordinates }),
    moments: frames.map(({ t, y }) => momentsOf(t, y)),
    ...(out !== undefined && { out }),
  };
}
