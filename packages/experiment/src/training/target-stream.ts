/**
 * Batches in order, prepared ahead by 0, 1 or 2 worker threads. Batch k is a pure function of k (and of losses long before it, where times follow them), so neither the number of workers nor their speed changes a bit.
 *
 * A worker rebuilds the experiment from its resolved configuration and answers each request k with the arrays of batch k, transferred, not copied. Coded errors
 * travel as data; a worker that dies is E_WORKER.
 */
import { FokkerError, type Key, type Prepared } from '@fokker/core';
import { discard } from '@fokker/runtime';
import type { Experiment } from '../composition/experiment.js';
import { openThread } from '../workers/thread.js';
import type { Emphasis } from './emphasis.js';
import { arraysOf, createBatches, type TrainingBatch } from './network.js';

export interface TargetStream {
  next(): Promise<TrainingBatch>;
  /** Takes batches that nobody needs any more: those of workers are freed at once; those of the main thread may share arrays. */
  spend(batches: readonly TrainingBatch[]): void;
  close(): Promise<void>;
}

/** What a worker is started with. */
export interface WorkerTask {
  readonly config: object;
  readonly prepared: Prepared;
  readonly key: readonly [number, number];
}
/** Batch k, with the probabilities of its times where these follow losses. */
export interface BatchRequest {
  readonly k: number;
  readonly probabilities?: readonly number[] | undefined;
}

/** Megabytes: arrays are freed when the objects that hold them are, and these are small and few. */
const youngest = 4;

const died = (got: string): FokkerError =>
  new FokkerError('E_WORKER', {
    summary: 'a worker that prepares targets died',
    got,
    expected: 'targets of the next step',
    tryThis: ['training.workers: 0  prepares them in the main thread, with the same numbers'],
  });

export interface StreamOptions {
  readonly experiment: Experiment;
  readonly prepared: Prepared;
  readonly key: Key;
  readonly workers: number;
  /** Index of the first batch, and of the one that is not needed any more. */
  readonly from: number;
  readonly to: number;
  readonly ahead: number;
  readonly emphasis?: Emphasis | undefined;
}

/** Without workers a batch is made when it is asked for. */
export function openTargets({
  experiment,
  prepared,
  key,
  workers,
  from,
  to,
  ahead,
  emphasis,
}: StreamOptions): TargetStream {
  let next = from;
  if (workers === 0) {
    const make = createBatches(experiment, prepared, key);
    return {
      next: async () => {
        const k = next++;
        return make(k, emphasis?.of(k));
      },
      spend: () => undefined,
      close: async () => undefined,
    };
  }
  const task: WorkerTask = { config: experiment.config, prepared, key: key.words };
  const script = new URL('./targets-worker.js', import.meta.url);
  const pool = Array.from({ length: workers }, () =>
    openThread<BatchRequest, TrainingBatch>(script, task, { died, youngest }),
  );
  const asked: Promise<TrainingBatch>[] = [];
  let asking = from;
  const fill = (): void => {
    while (asking < to && asked.length < ahead) {
      const answer = pool[asking % workers]!.ask({ k: asking, probabilities: emphasis?.of(asking) });
      answer.catch(() => undefined); // reported when its turn comes
      asked.push(answer);
      asking += 1;
    }
  };
  return {
    next() {
      fill();
      const batch = asked.shift();
      if (batch === undefined) return Promise.reject(died(`no batch ${next} before ${to}`));
      next += 1;
      fill();
      return batch;
    },
    spend: (batches) => discard(batches.flatMap(arraysOf)),
    close: async () => {
      await Promise.all(pool.map((worker) => worker.close()));
    },
  };
}
