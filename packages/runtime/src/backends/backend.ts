/**
 * What the eager device needs of a tfjs backend: its name, and what to say of it. Everything else is shared.
 *
 * tfjs has one current backend, and refuses all work while one is starting. So work comes in stretches that run to their end without awaiting (`using`), and a
 * start keeps them waiting: several devices can live in one thread.
 */
import { fail } from '@fokker/core';
import { enableProdMode, getBackend, setBackend } from '@tensorflow/tfjs-core';

export interface EagerBackend {
  /** The name tfjs knows it by. */
  readonly name: string;
  /** A line for people: library, version, threads. */
  readonly description: string;
  /** Rows per forward call that keep its arrays in the processor's cache; Infinity: never split. */
  readonly rows: number;
}

let starting: Promise<boolean> | undefined;

/** Runs `work` with this backend current. */
export const using = async <T>({ name }: EagerBackend, work: () => T): Promise<T> => {
  while (starting !== undefined) await starting.catch(() => false);
  // Between backends that have started tfjs switches at once; the promise it returns has nothing left to wait for.
  if (getBackend() !== name) void setBackend(name);
  return work();
};

/** Starts a registered backend, or throws E_DEVICE. Production mode only silences tfjs's advertisements on stderr. */
export const start = async (name: string): Promise<void> => {
  while (starting !== undefined) await starting.catch(() => false);
  enableProdMode();
  let cause: unknown;
  try {
    starting = setBackend(name);
    if (await starting) return;
  } catch (error) {
    cause = error;
  } finally {
    starting = undefined;
  }
  fail('E_DEVICE', {
    summary: `the TensorFlow.js backend '${name}' does not start`,
    got: cause instanceof Error ? cause.message : 'no reason given by TensorFlow.js',
    expected: 'a backend that initialises on this machine',
    tryThis: ['training.device: cpu (slow, needs nothing)', 'fokker doctor'],
    cause,
  });
};
