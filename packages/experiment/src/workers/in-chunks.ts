/**
 * Rows of a job, a chunk at a time and in their order, computed by this thread and any number of others.
 *
 * Row i is a function of the job and i alone, so neither the chunks nor who computes them change a bit; a job says of what its rows are made by plain data, from which a worker thread
 * opens it again. This thread computes as well: it holds the job already, and starting another takes about a second. Unless told how many, it asks for others when what is left would take
 * it longer than twice that.
 *
 * Memory: at most two chunks a thread and one more are under way or wait for their turn. What fails is reported when its turn comes. Throws E_INTERRUPTED (signal) and what the rows throw.
 */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { type Progress, silent } from '../progress.js';
import { stopped } from '../stopped.js';
import type { OnStep, Thread } from './thread.js';

export interface Chunk {
  readonly first: number;
  readonly count: number;
}
export type Rows<R> = (chunk: Chunk, onStep: OnStep, signal: AbortSignal) => R | Promise<R>;

export interface RowsJob<R> {
  readonly n: number;
  /** Rows of a chunk. */
  readonly size: number;
  /** What this thread computes. */
  readonly rows: Rows<R>;
  /** Another thread that computes the same; absent where none can. */
  readonly open?: (() => Thread<Chunk, R>) | undefined;
  /** Threads that compute, this one among them; by default as many as pay. */
  readonly workers?: number | undefined;
  /** Name of the work in progress events. */
  readonly stage: string;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How many threads a job may have. */
export const threadsFor = ({
  n,
  size,
  workers = availableParallelism(),
}: Pick<RowsJob<unknown>, 'n' | 'size' | 'workers'>) => Math.min(workers, Math.ceil(n / size));

/** Rows of d numbers that stay a small part of memory. */
export const chunkOf = (d: number): number => Math.max(1, Math.min(1000, Math.floor(2 ** 21 / d)));

/** Milliseconds: work that is worth another thread, and the time over which it is judged. */
const worthwhile = 2000;
const look = 200;

/** Someone who computes, and how many chunks it has. `deep`: how many it takes at once; a worker has its next one waiting. */
interface Hand<R> {
  readonly deep: number;
  readonly rows: (chunk: Chunk, onStep: OnStep) => Promise<R>;
  busy: number;
}

/** Adds up what all chunks have done, in rows, and tells it in steps of rows. */
function tally({ n, stage, progress = silent }: Pick<RowsJob<unknown>, 'n' | 'stage' | 'progress'>) {
  const parts = new Map<number, number>();
  let [total, steps] = [0, 1];
  let begun: { readonly at: number; readonly total: number } | undefined;
  return {
    tell({ first, count }: Chunk, done: number, of: number): void {
      steps = Math.max(steps, of);
      const part = (count * done) / of;
      total += part - (parts.get(first) ?? 0);
      parts.set(first, part);
      begun ??= { at: performance.now(), total };
      progress({ kind: 'step', stage, done: Math.round(total * steps), of: n * steps });
    },
    /** Milliseconds to the end at the pace so far; none before a pace is known. */
    left(): number {
      const elapsed = begun === undefined ? 0 : performance.now() - begun.at;
      return elapsed < look || total === begun!.total ? 0 : (elapsed * (n - total)) / (total - begun!.total);
    },
  };
}

export async function* inChunks<R>(job: RowsJob<R>): AsyncGenerator<Chunk & { readonly result: R }> {
  const { n, size, rows, open, workers, stage, signal } = job;
  const chunks = Math.ceil(n / size);
  const most = open === undefined ? 1 : threadsFor(job);
  const over = new AbortController();
  const local = AbortSignal.any(signal === undefined ? [over.signal] : [over.signal, signal]);
  const count = tally(job);
  const hands: Hand<R>[] = [
    {
      deep: 1,
      busy: 0,
      async rows(chunk, onStep) {
        await setImmediate(); // messages and signals have their turn between chunks
        if (local.aborted) throw stopped(`'${stage}'`);
        return rows(chunk, onStep, local);
      },
    },
  ];
  const threads: Thread<Chunk, R>[] = [];
  const answers = new Map<number, Promise<R>>();
  let [next, taken, failed] = [0, 0, false];

  const give = async (hand: Hand<R>, chunk: Chunk): Promise<R> => {
    hand.busy += 1;
    const tell: OnStep = (done, of) => {
      count.tell(chunk, done, of);
      if (workers === undefined && count.left() > worthwhile) hire();
    };
    try {
      const result = await hand.rows(chunk, tell);
      tell(1, 1);
      return result;
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      hand.busy -= 1;
      feed();
    }
  };
  const feed = (): void => {
    for (const hand of hands) {
      while (hand.busy < hand.deep && next < chunks && next - taken <= 2 * hands.length && !failed && !local.aborted) {
        const first = size * next;
        const answer = give(hand, { first, count: Math.min(size, n - first) });
        answer.catch(() => undefined); // reported when its turn comes
        answers.set(next, answer);
        next += 1;
      }
    }
  };
  const hire = (): void => {
    if (open === undefined || threads.length > 0) return;
    for (let i = 1; i < most; i++) {
      const thread = open();
      threads.push(thread);
      hands.unshift({ deep: 2, busy: 0, rows: thread.ask });
    }
    feed();
  };
  const stop = (): void => {
    for (const thread of threads) void thread.close(stopped(`'${stage}'`));
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    if (workers !== undefined) hire();
    for (; taken < chunks; ) {
      if (signal?.aborted) throw stopped(`'${stage}'`);
      feed();
      const result = await answers.get(taken)!;
      answers.delete(taken);
      const first = size * taken;
      taken += 1;
      yield { first, count: Math.min(size, n - first), result };
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    over.abort();
    await Promise.all(threads.map((thread) => thread.close()));
    await Promise.allSettled(answers.values());
  }
}
