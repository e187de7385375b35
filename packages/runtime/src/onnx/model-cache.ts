/**
 * Compiled models that several programs may share: the same loss on the same shapes is one model, whatever the learning rate. A model that nobody uses any more
 * stays for a while, for those who compile the same step again and again, as measuring a loss between training steps does.
 */
import type { LoadedModel } from './onnx-backend.js';

export interface ModelCache {
  /** The model under this key, made where there is none. Every acquisition ends with a release. */
  acquire(key: string, make: () => Promise<LoadedModel>): Promise<LoadedModel>;
  release(key: string): void;
}

interface Entry {
  readonly model: Promise<LoadedModel>;
  users: number;
}

const mostIdle = 4;

export const createModelCache = (unload: (model: Promise<LoadedModel>) => void): ModelCache => {
  const entries = new Map<string, Entry>();
  const dropIdle = (): void => {
    const idle = [...entries].filter(([, { users }]) => users === 0);
    for (const [key, { model }] of idle.slice(0, Math.max(0, idle.length - mostIdle))) {
      entries.delete(key);
      unload(model);
    }
  };
  return {
    acquire(key, make) {
      const known = entries.get(key);
      const entry = known ?? { model: make(), users: 0 };
      entry.users += 1;
      // At the end of the list: the latest to be dropped.
      entries.delete(key);
      entries.set(key, entry);
      // A refusal is not kept: the next one is told again.
      entry.model.catch(() => {
        if (entries.get(key) === entry) entries.delete(key);
      });
      return entry.model;
    },
    release(key) {
      const entry = entries.get(key);
      if (entry === undefined) return;
      entry.users = Math.max(0, entry.users - 1);
      dropIdle();
    },
  };
};

/** Numbers by which objects are told apart. */
export const createIdentities = (): ((thing: object) => number) => {
  const known = new WeakMap<object, number>();
  let count = 0;
  return (thing) => {
    const id = known.get(thing) ?? ++count;
    known.set(thing, id);
    return id;
  };
};
