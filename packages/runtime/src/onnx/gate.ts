/**
 * A thread must not be stopped inside the native library: it would take the process with it. So the worker says when it is inside, and whoever wants to end,
 * the device that is closed or the whole process, shuts the gate and lets it come out; nobody goes in again.
 */

/** Shared by both threads: [shut, inside]. */
export type Gate = Int32Array;

export const createGate = (): Gate => new Int32Array(new SharedArrayBuffer(8));

const shut = 0;
const inside = 1;
const patience = 30_000;

/** The worker's way in; throws when the gate is shut. */
export const through = async <T>(gate: Gate, work: () => Promise<T>): Promise<T> => {
  Atomics.store(gate, inside, 1);
  try {
    if (Atomics.load(gate, shut) === 1) throw new Error('the device is closed');
    return await work();
  } finally {
    Atomics.store(gate, inside, 0);
    Atomics.notify(gate, inside);
  }
};

export const shutGate = (gate: Gate): void => void Atomics.store(gate, shut, 1);

const gates = new Set<Gate>();

/** The end of a process cannot be waited for but by standing still: one run, some 35 ms. */
const waitForAll = (): void => {
  for (const gate of gates) {
    shutGate(gate);
    Atomics.wait(gate, inside, 1, patience);
  }
};

/** Keeps the process from ending while this worker is inside; returns what takes that back. */
export const guardExit = (gate: Gate): (() => void) => {
  if (gates.size === 0) process.on('exit', waitForAll);
  gates.add(gate);
  return () => {
    gates.delete(gate);
    if (gates.size === 0) process.off('exit', waitForAll);
  };
};
