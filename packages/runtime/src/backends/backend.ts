/**
 * What the eager device needs of a tfjs backend: its name, and what to say of it. Everything else is shared.
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

/**
 * Makes an initialised backend the current one, without waiting: tfjs switches at once between backends it has started. Called at the head of every stretch of
 * tensor work that runs to its end without awaiting, so that several devices can live in one process.
 */
export const activate = ({ name }: EagerBackend): void => {
  if (getBackend() === name) return;
  void setBackend(name);
};

/** Starts a registered backend, or throws E_DEVICE. Production mode only silences tfjs's advertisements on stderr. */
export const start = async (name: string): Promise<void> => {
  enableProdMode();
  let cause: unknown;
  try {
    if (await setBackend(name)) return;
  } catch (error) {
    cause = error;
  }
  fail('E_DEVICE', {
    summary: `the TensorFlow.js backend '${name}' does not start`,
    got: cause instanceof Error ? cause.message : 'no reason given by TensorFlow.js',
    expected: 'a backend that initialises on this machine',
    tryThis: ['training.device: cpu (slow, needs nothing)', 'fokker doctor'],
    cause,
  });
};
