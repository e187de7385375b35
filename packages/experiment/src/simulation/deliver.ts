/** Where rows go as they come, in their order: a file, moments, and memory where the states are to be kept. */
import { type Acceptance, type LostPath, zeros } from '@fokker/core';
import { addAcceptance } from '../sampling/acceptance.js';
import type { Chunk } from '../workers/in-chunks.js';
import { createMoments, type Moments } from './moments.js';
import type { ChunkFrames, StateFrame } from './paths.js';
import { type FrameRows, type FramesShape, writeFrames } from './write-frames.js';

export interface Delivered {
  /** In the order of the times; none where they are not kept. */
  readonly frames: readonly StateFrame[];
  /** Mean and standard deviation of each coordinate, by time. */
  readonly moments: readonly Moments[];
  /** By path. */
  readonly lost: readonly LostPath[];
  /** Of samplers that can reject a move. */
  readonly acceptance?: Acceptance | undefined;
}

export interface DeliveryOptions extends FramesShape {
  /** File to write: .npy or .csv. */
  readonly out?: string | undefined;
  /** Whether the states stay in memory. */
  readonly keep: boolean;
}

export type Rows = AsyncIterable<Chunk & { readonly result: ChunkFrames }>;

/** Throws E_FILE, and what the rows throw. */
export async function deliver(rows: Rows, { out, keep, ...shape }: DeliveryOptions): Promise<Delivered> {
  const { times, n, d } = shape;
  const frames = keep ? times.map((t) => ({ t, y: zeros(n, d) })) : [];
  const moments = times.map((t) => createMoments(t, d));
  const lost: LostPath[] = [];
  let acceptance: Acceptance | undefined;
  async function* noted(): AsyncGenerator<FrameRows> {
    for await (const { first, count, result } of rows) {
      result.frames.forEach((data, k) => {
        moments[k]!.add({ data, n: count, d });
        frames[k]?.y.data.set(data, first * d);
      });
      lost.push(...[...result.lost].sort((a, b) => a.path - b.path));
      acceptance = addAcceptance(acceptance, result.acceptance);
      yield { first, count, frames: result.frames };
    }
  }
  if (out !== undefined) await writeFrames(out, shape, noted());
  else for await (const _ of noted());
  return { frames, moments: moments.map((each) => each.moments()), lost, acceptance };
}
