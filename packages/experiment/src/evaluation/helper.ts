/**
 * More threads for an evaluation: while the main one reverses paths and measures the score, the first worker carries the forward flow, where the device opens there
 * too, and all measure pairs for the floors; the main thread takes pairs as well once the rest is done, so that none waits for another. Each part is a pure function
 * of its task, on the same device in the same batches: the numbers do not depend on the thread. `helper-worker.ts` is the other side.
 *
 * Without workers, or with plugins that a worker cannot load, everything is left to the caller.
 */
import { Worker } from 'node:worker_threads';
import { FokkerError } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import type { Progress, ProgressEvent } from '../progress.js';
import type { Run } from '../run/run.js';
import { stopped } from '../stopped.js';
import { received, type SentError } from '../workers/coded-error.js';
import { type Claims, type Floors, type FloorTask, meanOf, measurePairs, openClaims } from './floors.js';
import type { MethodSamples } from './methods.js';

/** What the flow needs of the run, and which flow. */
export interface FlowTask extends Pick<Run, 'prepared' | 'paths' | 'steps'> {
  readonly device: string;
  readonly times: readonly number[];
  readonly n: number;
  readonly key: readonly [number, number];
}
export interface HelperTask {
  readonly config: object;
  readonly floors: FloorTask;
  readonly claims: Claims;
  readonly flow?: FlowTask | undefined;
}
export type HelperMessage =
  | { readonly about: 'pair'; readonly pair: number; readonly distances: Floors }
  | { readonly about: 'progress'; readonly event: ProgressEvent }
  | { readonly about: 'flow'; readonly flow: MethodSamples }
  | { readonly about: 'error'; readonly error: SentError };

export interface Helper {
  /** Measures the pairs that are left, and waits for those of others. */
  floors(): Promise<Floors>;
  /** Absent where the caller has to compute it. */
  readonly flow?: Promise<MethodSamples>;
}

const died = (got: string): FokkerError =>
  new FokkerError('E_WORKER', {
    summary: 'the worker that helps with the evaluation died',
    got,
    expected: 'the floors of the distances, and the forward flow',
    tryThis: ['training.workers: 0  computes them in the main thread, with the same numbers'],
  });
function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  promise.catch(() => undefined); // awaited when its turn comes; what fails first is reported
  return { promise, resolve, reject };
}

function startWorker(task: HelperTask, on: (message: HelperMessage) => void, lose: (error: FokkerError) => void) {
  const worker = new Worker(new URL('./helper-worker.js', import.meta.url), { workerData: task });
  worker.on('message', (message: HelperMessage) => {
    if (message.about === 'error') lose(received(message.error, died));
    else on(message);
  });
  worker.on('error', (error) => lose(died(error instanceof Error ? error.message : String(error))));
  worker.on('exit', (code) => {
    if (code !== 0) lose(died(`exit code ${code}`));
  });
  return worker;
}

export interface HelperOptions {
  readonly experiment: Experiment;
  readonly floors: FloorTask;
  readonly flow: FlowTask | undefined;
  readonly progress: Progress;
  /** Ends the workers; has to be given once the evaluation is over. */
  readonly signal: AbortSignal;
}

export function startHelper({ experiment, floors: task, flow: flowTask, progress, signal }: HelperOptions): Helper {
  const claims = openClaims();
  const measured = new Map<number, Floors>();
  const all = deferred<Floors>();
  const flow = deferred<MethodSamples>();
  const lose = (error: FokkerError): void => {
    all.reject(error);
    flow.reject(error);
  };
  const onPair = (pair: number, distances: Floors): void => {
    measured.set(pair, distances);
    progress({ kind: 'step', stage: 'floors', done: measured.size, of: task.pairs });
    if (measured.size === task.pairs)
      all.resolve(meanOf(Array.from({ length: task.pairs }, (_, k) => measured.get(k)!)));
  };
  const on = (message: HelperMessage): void => {
    if (message.about === 'pair') onPair(message.pair, message.distances);
    else if (message.about === 'progress') progress(message.event);
    else if (message.about === 'flow') flow.resolve(message.flow);
  };
  const count = experiment.inline.length > 0 ? 0 : experiment.config.training.workers;
  const common = { config: experiment.config, floors: task, claims };
  const workers = Array.from({ length: signal.aborted ? 0 : count }, (_, i) =>
    startWorker(i === 0 ? { ...common, flow: flowTask } : common, on, lose),
  );
  const stop = (): void => {
    lose(stopped('the evaluation'));
    for (const worker of workers) void worker.terminate();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return {
    async floors() {
      await measurePairs(experiment, task, claims, onPair, signal);
      return all.promise;
    },
    ...(count > 0 && flowTask !== undefined && { flow: flow.promise }),
  };
}
