/**
 * A worker thread that answers questions, one after the other: this side of it. `serve.ts` is the other.
 *
 * Questions and answers are plain data; arrays of an answer are transferred, not copied. Coded errors travel as data; anything else that goes wrong there is the death of the thread.
 */
import { Worker } from 'node:worker_threads';
import type { FokkerError } from '@fokker/core';
import { received, type SentError } from './coded-error.js';

export interface Asked<Q> {
  readonly id: number;
  readonly question: Q;
}
export type Reply<A> =
  | { readonly id: number; readonly answer: A }
  | { readonly id: number; readonly error: SentError }
  | { readonly id: number; readonly done: number; readonly of: number };

/** Asks a thread to stop what it does, free what it holds and end. */
export const leave = 'leave';

export type OnStep = (done: number, of: number) => void;

export interface Thread<Q, A> {
  ask(question: Q, onStep?: OnStep): Promise<A>;
  /** Ends it; whoever still waits hears `reason`. */
  close(reason?: FokkerError): Promise<void>;
}

export interface ThreadOptions {
  /** The error of a thread that died, from what is known of its death. */
  readonly died: (got: string) => FokkerError;
  /** Largest young generation in megabytes: arrays are freed when the objects that hold them are. */
  readonly youngest?: number;
  /** It computes in a native library, which must not be stopped inside: it ends by itself, between two steps. */
  readonly native?: boolean;
}

interface Waiting<A> {
  readonly resolve: (answer: A) => void;
  readonly reject: (error: FokkerError) => void;
  readonly onStep: OnStep | undefined;
}

/** Starts `script` with `task`, plain data. */
export function openThread<Q, A>(script: URL, task: object, options: ThreadOptions): Thread<Q, A> {
  const { died, youngest, native = false } = options;
  const worker = new Worker(script, {
    workerData: task,
    ...(youngest !== undefined && { resourceLimits: { maxYoungGenerationSizeMb: youngest } }),
  });
  const waiting = new Map<number, Waiting<A>>();
  let asked = 0;
  let lost: FokkerError | undefined;
  let closing = false;
  const lose = (reason: FokkerError): void => {
    lost ??= reason;
    for (const { reject } of waiting.values()) reject(lost);
    waiting.clear();
  };
  worker.on('message', (reply: Reply<A>) => {
    const found = waiting.get(reply.id);
    if ('done' in reply) return found?.onStep?.(reply.done, reply.of);
    waiting.delete(reply.id);
    if ('error' in reply) found?.reject(received(reply.error, died));
    else found?.resolve(reply.answer);
  });
  worker.on('error', (error) => lose(died(error instanceof Error ? error.message : String(error))));
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      lose(died(`exit code ${code}`));
      resolve();
    });
  });
  return {
    ask: (question, onStep) =>
      new Promise((resolve, reject) => {
        if (lost !== undefined) return reject(lost);
        waiting.set(asked, { resolve, reject, onStep });
        worker.postMessage({ id: asked++, question } satisfies Asked<Q>);
      }),
    close(reason = died('it was closed')) {
      lose(reason);
      if (!closing && native) worker.postMessage(leave);
      else if (!closing) void worker.terminate();
      closing = true;
      return ended;
    },
  };
}
