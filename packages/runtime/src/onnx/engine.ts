/**
 * The main thread's side of the worker: questions with promises for answers. The worker keeps the process alive only while it owes one.
 *
 * Throws E_WORKER when the thread dies. What ONNX Runtime itself refuses comes as `RuntimeRefusal`, for the caller to put into words.
 */
import { Worker } from 'node:worker_threads';
import { FokkerError } from '@fokker/core';
import { createGate, guardExit, shutGate } from './gate.js';
import { type Answer, type Ask, type CallName, leave, type Reply } from './protocol.js';

export class RuntimeRefusal extends Error {}

export interface Engine {
  /** `transfer`: buffers that the worker may keep. */
  ask<N extends CallName>(name: N, ask: Ask<N>, transfer?: readonly ArrayBuffer[]): Promise<Answer<N>>;
  close(): void;
}

interface Waiting {
  readonly resolve: (answer: Answer<CallName>) => void;
  readonly reject: (error: Error) => void;
}

const died = (cause: unknown): FokkerError =>
  new FokkerError('E_WORKER', {
    summary: 'the thread that computes died',
    got: cause instanceof Error ? cause.message : `exit code ${String(cause)}`,
    expected: 'a thread that lives as long as its device',
    tryThis: ['training.device: wasm', 'fokker doctor'],
    cause,
  });

const closed = (): FokkerError =>
  new FokkerError('E_DEVICE', {
    summary: 'this device is closed',
    got: 'a call after dispose()',
    expected: 'a live device',
    tryThis: ['open the device again'],
  });

// The compiled worker, from the source tree and from the built one alike.
const script = new URL('../../dist/onnx/worker.js', import.meta.url);

/** Megabytes: the worker makes few objects of its own, and would let what goes through it pile up. */
const youngest = 2;

export const startEngine = (): Engine => {
  const gate = createGate();
  const worker = new Worker(script, { workerData: gate, resourceLimits: { maxYoungGenerationSizeMb: youngest } });
  const unguard = guardExit(gate);
  const waiting = new Map<number, Waiting>();
  let count = 0;
  let dead: FokkerError | undefined;

  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    return found;
  };
  const bury = (reason: FokkerError): void => {
    dead ??= reason;
    for (const id of [...waiting.keys()]) settle(id)?.reject(dead);
  };
  worker.on('message', (reply: Reply) => {
    const asked = settle(reply.id);
    if ('error' in reply) asked?.reject(new RuntimeRefusal(reply.error));
    else asked?.resolve(reply.answer);
  });
  worker.on('error', (cause) => bury(died(cause)));
  worker.on('exit', (code) => {
    unguard();
    bury(died(code));
  });
  worker.unref();

  return {
    async ask<N extends CallName>(name: N, ask: Ask<N>, transfer: readonly ArrayBuffer[] = []): Promise<Answer<N>> {
      if (dead !== undefined) throw dead;
      const answer = new Promise<Answer<CallName>>((resolve, reject) => waiting.set(count, { resolve, reject }));
      worker.ref();
      worker.postMessage({ id: count++, name, ask }, [...transfer]);
      return (await answer) as Answer<N>;
    },
    close() {
      if (dead !== undefined) return;
      bury(closed());
      shutGate(gate);
      worker.postMessage(leave);
    },
  };
};
