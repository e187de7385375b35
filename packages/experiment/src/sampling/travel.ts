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
  type ScoreField,
  type Sde,
  zeros,
} from '@fokker/core';
import { type Progress, silent } from '../progress.js';
import type { StateFrame } from '../simulation/paths.js';
import { addAcceptance } from './acceptance.js';

export interface Journey {
  readonly sde: Sde;
  readonly score: ScoreField;
  readonly sampler: Sampler;
  readonly start: Batch;
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  readonly times: readonly number[];
  readonly key: Key;
  readonly bound: number;
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

/** Steps for a part of the span, in proportion. */
export const stepsFor = ({ span }: Sde, from: number, to: number, steps: number): number =>
  Math.max(1, Math.round((steps * Math.abs(to - from)) / (span.T - span.t0)));

/** What samplers look at to choose their steps, whatever the split. */
const pilotRows = 256;
const firstRows = ({ data, n, d }: Batch, count: number): Batch => {
  const kept = Math.min(n, count);
  return { data: data.subarray(0, kept * d), n: kept, d };
};

export async function travel(journey: Journey): Promise<Arrival> {
  const {
    sde,
    score,
    sampler,
    start,
    from,
    to,
    steps,
    times,
    key,
    bound,
    batch,
    stage,
    progress = silent,
    signal,
  } = journey;
  const frames = new Map(times.map((t) => [t, zeros(start.n, start.d)]));
  const lost: LostPath[] = [];
  let acceptance: Acceptance | undefined;
  const pilot = firstRows(start, pilotRows);
  for (let first = 0; first < start.n; first += batch) {
    const n = Math.min(batch, start.n - first);
    const part: Batch = { data: start.data.subarray(first * start.d, (first + n) * start.d), n, d: start.d };
    const onStep = (done: number, of: number): void =>
      progress({ kind: 'step', stage, done: first * of + n * done, of: start.n * of });
    const job = {
      sde,
      score,
      start: part,
      pilot,
      from,
      to,
      steps,
      times,
      key,
      first,
      bound,
      onStep,
      ...(signal && { signal }),
    };
    let last: Pick<Frame, 'lost' | 'acceptance'> = { lost: [] };
    for await (const frame of sampler.sample(job)) {
      frames.get(frame.t)?.data.set(frame.y.data, first * start.d);
      last = frame;
    }
    lost.push(...last.lost);
    acceptance = addAcceptance(acceptance, last.acceptance);
  }
  return { frames: times.map((t) => ({ t, y: frames.get(t)! })), lost, acceptance };
}
