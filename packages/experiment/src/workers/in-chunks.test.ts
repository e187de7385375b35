/** The pool on threads that are played by this one; rows.test.ts has real ones. */
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { FokkerError } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import type { ProgressEvent } from '../progress.js';
import { type Chunk, inChunks, type Rows, type RowsJob } from './in-chunks.js';
import type { Thread } from './thread.js';

const failure = (code: 'E_DATA' | 'E_DIVERGED'): FokkerError =>
  new FokkerError(code, { summary: 'no', got: '', expected: '', tryThis: [] });

/** Takes the longer the earlier the chunk, in three steps. */
const slowly: Rows<string> = async ({ first, count }, onStep) => {
  for (let step = 1; step <= 3; step++) {
    await setTimeout(Math.max(1, 8 - first));
    onStep(step, 3);
  }
  return `${first}+${count}`;
};

function played(rows: Rows<string> = slowly) {
  let closed = 0;
  const open = (): Thread<Chunk, string> => {
    let tail: Promise<unknown> = Promise.resolve();
    const over = new AbortController();
    return {
      ask(chunk, onStep = () => undefined) {
        const answer = tail.then(() => rows(chunk, onStep, over.signal));
        tail = answer.catch(() => undefined);
        return answer;
      },
      async close() {
        if (!over.signal.aborted) closed += 1;
        over.abort();
        await tail;
      },
    };
  };
  return { open, closed: () => closed };
}

async function gathered(job: Partial<RowsJob<string>>): Promise<string[]> {
  const found: string[] = [];
  for await (const { first, count, result } of inChunks({ n: 10, size: 3, rows: slowly, stage: 'test', ...job })) {
    expect(result).toBe(`${first}+${count}`);
    found.push(result);
  }
  return found;
}
const order = ['0+3', '3+3', '6+3', '9+1'];

describe('rows in chunks', () => {
  test.each([1, 2, 3, 9])('come in their order from %i threads', async (workers) => {
    const threads = played();
    expect(await gathered({ workers, open: threads.open })).toEqual(order);
    expect(threads.closed()).toBe(Math.min(workers, 4) - 1); // this one computes too; more than chunks are of no use
  });

  test('without another thread this one does it all', async () => {
    expect(await gathered({ workers: 4 })).toEqual(order);
    expect(await gathered({ n: 3 })).toEqual(['0+3']);
  });

  test('progress never falls, and ends at all steps of all rows', async () => {
    const events: ProgressEvent[] = [];
    await gathered({ workers: 3, open: played().open, progress: (event) => events.push(event) });
    const done = events.map((event) => (event.kind === 'step' ? event.done : Number.NaN));
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(events.at(-1)).toEqual({ kind: 'step', stage: 'test', done: 30, of: 30 });
  });

  test('no more is under way than two chunks a thread and one, beside that of the reader, however slow it is', async () => {
    let [asked, taken] = [0, 0];
    const rows = async ({ first, count }: Chunk): Promise<string> => {
      asked += 1;
      expect(asked - taken).toBeLessThanOrEqual(2 * 2 + 1 + 1);
      return `${first}+${count}`;
    };
    const open = (): Thread<Chunk, string> => ({ ...played().open(), ask: rows });
    for await (const _ of inChunks({ n: 40, size: 1, workers: 2, rows, open, stage: 'test' })) {
      await setTimeout(2);
      taken += 1;
    }
    expect(asked).toBe(40);
  });

  test('another thread is asked for when the rest takes this one more than two seconds', async () => {
    const first300: Rows<string> = async ({ first, count }, onStep) => {
      for (let step = 1; step <= 30 && first === 0; step++) {
        await setTimeout(10);
        onStep(step, 30);
      }
      return `${first}+${count}`;
    };
    const openedFor = async (n: number): Promise<boolean> => {
      let opened = false;
      const open = (): Thread<Chunk, string> => {
        opened = true;
        return played().open();
      };
      await gathered({ n, size: 1, rows: first300, open });
      return opened;
    };
    expect(await openedFor(30)).toBe(availableParallelism() > 1); // thirty times 300 ms
    expect(await openedFor(2)).toBe(false);
  });

  test('what fails is reported in its turn, once the others have ended', async () => {
    const rows: Rows<string> = (chunk, onStep, signal) => {
      if (chunk.first >= 6) throw failure(chunk.first === 6 ? 'E_DATA' : 'E_DIVERGED');
      return slowly(chunk, onStep, signal);
    };
    const threads = played(rows);
    const found: string[] = [];
    const all = async () => {
      for await (const { result } of inChunks({ n: 10, size: 3, rows, open: threads.open, workers: 3, stage: 'test' }))
        found.push(result);
    };
    await expect(all()).rejects.toThrow(expect.objectContaining({ code: 'E_DATA' }));
    expect(found).toEqual(order.slice(0, 2));
    expect(threads.closed()).toBe(2);
  });

  test('a signal ends all', async () => {
    const threads = played();
    const stop = new AbortController();
    const job = { workers: 2, open: threads.open, signal: stop.signal, n: 1000 };
    const progress = (): void => stop.abort();
    await expect(gathered({ ...job, progress })).rejects.toThrow(expect.objectContaining({ code: 'E_INTERRUPTED' }));
    expect(threads.closed()).toBe(1);
    await expect(gathered(job)).rejects.toThrow(expect.objectContaining({ code: 'E_INTERRUPTED' }));
  });
});
