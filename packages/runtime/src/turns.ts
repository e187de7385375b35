/** Long computations leave the event loop a turn now and then: timers, signals and messages stay alive. */
import { setImmediate } from 'node:timers/promises';

const longestStretch = 10;

/** `await breathe()` between pieces of work gives up the thread when the last turn is more than 10 ms ago. */
export const createBreather = (): (() => Promise<void>) => {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < longestStretch) return;
    await setImmediate();
    last = performance.now();
  };
};

/** Runs tasks one after the other in the order they were asked for, whatever becomes of the ones before. */
export const createQueue = (): (<T>(task: () => Promise<T>) => Promise<T>) => {
  let tail: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = tail.then(task, task);
    tail = result;
    return result;
  };
};
