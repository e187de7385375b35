/** All frames of a run. */
import type { Frame } from '@fokker/core';

export async function collect(frames: AsyncIterable<Frame>): Promise<Frame[]> {
  const all: Frame[] = [];
  for await (const frame of frames) all.push(frame);
  return all;
}

export const last = async (frames: AsyncIterable<Frame>): Promise<Frame> => (await collect(frames)).at(-1)!;
