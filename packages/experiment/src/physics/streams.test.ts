import { zeros } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { shareStreams } from './streams.js';

/** Blocks of one path at times 0 and 1, with the number of the block in it; counts those that were made. */
function blocks(count: number) {
  const made = { blocks: 0 };
  async function* make() {
    for (let k = 0; k < count; k++) {
      made.blocks += 1;
      const y = zeros(1, 1);
      y.data[0] = k;
      yield { frames: [0, 1].map((t) => ({ t, y })) };
    }
  }
  return { made, iterator: make() };
}
const read = async (stream: AsyncIterable<{ data: Float64Array }>, each = async () => {}) => {
  const seen: number[] = [];
  for await (const { data } of stream) {
    seen.push(data[0]!);
    await each();
  }
  return seen;
};
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

describe('streams', () => {
  test('side by side share one simulation, a block at a time, fast and slow', async () => {
    const { made, iterator } = blocks(6);
    const stream = shareStreams(iterator);
    const seen: number[] = [];
    const slow = read(stream(0), async () => {
      seen.push(made.blocks);
      await pause();
    });
    expect(await Promise.all([slow, read(stream(1)), read(stream(1))])).toEqual(Array(3).fill([0, 1, 2, 3, 4, 5]));
    // the fast readers wait for the slow one: never more than the block it reads and the next
    seen.forEach((count, k) => {
      expect(count - k).toBeLessThanOrEqual(2);
    });
    expect(made.blocks).toBe(6);
  });

  test('one after the other keep what they have to read', async () => {
    const stream = shareStreams(blocks(4).iterator);
    const [first, second] = [stream(0), stream(1)];
    expect(await read(first)).toEqual([0, 1, 2, 3]);
    expect(await read(second)).toEqual([0, 1, 2, 3]);
  });

  test('a reader that stops early holds nobody up', async () => {
    const stream = shareStreams(blocks(5).iterator);
    const early = (async () => {
      for await (const { data } of stream(0)) if (data[0] === 1) return 'stopped';
      return 'ran out';
    })();
    expect(await Promise.all([early, read(stream(1))])).toEqual(['stopped', [0, 1, 2, 3, 4]]);
  });

  test('an error of the simulation reaches every reader', async () => {
    async function* broken(): AsyncGenerator<{ frames: [] }> {
      yield { frames: [] };
      throw new Error('diverged');
    }
    const stream = shareStreams(broken());
    const results = await Promise.allSettled([read(stream(0)), read(stream(1))]);
    expect(results.map(({ status }) => status)).toContain('rejected');
  });
});
