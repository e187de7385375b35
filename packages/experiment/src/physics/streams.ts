/**
 * Simulated states at several times as streams that share one simulation.
 *
 * Each call of the returned function is a reader of one time, from the first path on. A block of paths is simulated when every reader that has begun has
 * read the block before, so that memory holds one block a time, however many paths there are. A reader that has not begun yet keeps what it has to read; one that stops early keeps nothing.
 * An error of the simulation reaches every reader.
 */
import type { Batch } from '@fokker/core';
import type { StateFrame } from '../simulation/paths.js';

interface Reader {
  readonly t: number;
  readonly queue: Batch[];
  begun: boolean;
  done: boolean;
}

export function shareStreams(
  blocks: AsyncIterator<{ readonly frames: readonly StateFrame[] }>,
): (t: number) => AsyncIterable<Batch> {
  const readers = new Set<Reader>();
  let ended = false;
  let turn: Promise<void> | undefined;
  let [changed, announce] = signal();

  const change = (): void => {
    announce();
    [changed, announce] = signal();
  };
  const produce = async (): Promise<void> => {
    const { done, value } = await blocks.next();
    if (done === true) ended = true;
    else {
      for (const { t, y } of value.frames) {
        for (const reader of readers) if (reader.t === t && !reader.done) reader.queue.push(y);
      }
    }
  };
  /** The next block, for whoever asks first; the others wait for the same. */
  const next = (): Promise<void> => {
    turn ??= produce().finally(() => {
      turn = undefined;
      change();
    });
    return turn;
  };

  async function* read(reader: Reader): AsyncGenerator<Batch> {
    reader.begun = true;
    try {
      for (;;) {
        const batch = reader.queue.shift();
        if (batch !== undefined) {
          change();
          yield batch;
          continue;
        }
        if (ended) return;
        const behind = [...readers].some(({ begun, done, queue }) => begun && !done && queue.length > 0);
        await (behind ? changed : next());
      }
    } finally {
      reader.done = true;
      reader.queue.length = 0;
      change();
    }
  }

  return (t) => {
    const reader: Reader = { t, queue: [], begun: false, done: false };
    readers.add(reader);
    return read(reader);
  };
}

function signal(): [Promise<void>, () => void] {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return [promise, resolve];
}
