/** The final frame of a journey. */
import type { Frame } from '@fokker/core';
import { collect } from '@fokker/core/testing';

export const last = async (frames: AsyncIterable<Frame>): Promise<Frame> => (await collect(frames)).at(-1)!;
