/**
 * A sampler over any number of rows: jobs of `batch` rows one after the other, their frames put together. Row i draws its noise as path i, whatever the split.
 */
import {
  type Acceptance,
  type Batch,
  type Frame,
  type Key,
  type LostPath,
  type Sampler,
  type SamplingJob,
  type ScoreField,
  type Sde,
  zeros,
} from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import { choosePart } from '../composition/parts.js';
import type { PartConfig } from '../config/schema.js';
import { sourceFromObject } from '../config/source.js';
import { type Progress, silent } from '../progress.js';
import type { StateFrame } from '../simulation/paths.js';
import { addAcceptance } from './acceptance.js';

export interface Route {
  readonly sde: Sde;
  readonly score: ScoreField;
  readonly sampler: Sampler;
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  readonly times: readonly number[];
  readonly key: Key;
  readonly bound: number;
}

export interface Journey extends Route {
  readonly start: Batch;
  readonly batch: number;
  readonly stage: string;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Arrival {
  /** In the order of `times`. Lost paths keep the last state inside the bound. */
  readonly frames: readonly StateFrame[];
  readonly lost: readonly LostPath[];
  /** Of samplers that can reject a move. */
  readonly acceptance?: Acceptance | undefined;
}

/** A sampler as a resolved configuration has it. */
export function openSampler({ registry }: Experiment, part: PartConfig): Sampler {
  const { definition, options } = choosePart(registry, 'sampler', part, sourceFromObject(part), []);
  return definition.create(options);
}

/** Steps for a part of the span, in proportion. */
export const stepsFor = ({ span }: Sde, from: number, to: number, steps: number): number =>
  Math.max(1, Math.round((steps * Math.abs(to - from)) / (span.T - span.t0)));

/** What samplers look at to choose their steps, whatever the split. */
export const pilotRows = 256;

/** The rows of `start`, the first of which is path `first`. */
export async function carryRows(
  { sampler, ...route }: Route,
  rows: Pick<SamplingJob, 'start' | 'pilot' | 'onStep'> & {
    readonly first: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Arrival> {
  const { signal, ...given } = rows;
  const found = new Map<number, Batch>();
  let last: Pick<Frame, 'lost' | 'acceptance'> = { lost: [] };
  for await (const frame of sampler.sample({ ...route, ...given, ...(signal && { signal }) })) {
    found.set(frame.t, frame.y);
    last = frame;
  }
  const { lost, acceptance } = last;
  return { frames: route.times.map((t) => ({ t, y: found.get(t)! })), lost, acceptance };
}

export async function travel({ start, batch, stage, progress = silent, signal, ...route }: Journey): Promise<Arrival> {
  const { n, d } = start;
  const frames = route.times.map((t) => ({ t, y: zeros(n, d) }));
  const lost: LostPath[] = [];
  let acceptance: Acceptance | undefined;
  const rowsOf = (first: number, count: number): Batch => {
    const kept = Math.min(count, n - first);
    return { data: start.data.subarray(first * d, (first + kept) * d), n: kept, d };
  };
  const pilot = rowsOf(0, pilotRows);
  for (let first = 0; first < n; first += batch) {
    const part = rowsOf(first, batch);
    const onStep = (done: number, of: number): void =>
      progress({ kind: 'step', stage, done: first * of + part.n * done, of: n * of });
    const arrival = await carryRows(route, { start: part, pilot, first, onStep, signal });
    arrival.frames.forEach(({ y }, k) => {
      frames[k]!.y.data.set(y.data, first * d);
    });
    lost.push(...arrival.lost);
    acceptance = addAcceptance(acceptance, arrival.acceptance);
  }
  return { frames, lost, acceptance };
}
