/** Batches on their way to the worker: float64 arrays of several steps, rounded to float32 into one buffer a name. */
import type { DeviceBatch } from '@fokker/core';
import { checkArray } from '../bridge.js';
import { discard } from '../discard.js';
import { sameShape, sizeOf } from '../graph/value.js';
import type { HostArray } from './protocol.js';
import type { RowShapes } from './training-graph.js';

export const rowShapes = ({ arrays }: DeviceBatch): RowShapes =>
  Object.fromEntries(Object.entries(arrays).map(([name, { shape }]) => [name, shape]));

/** Throws E_SHAPE where an array does not fill its shape. */
export const checkBatch = ({ n, arrays }: DeviceBatch): void => {
  for (const name in arrays) checkArray(name, arrays[name]!, n);
};

/** Batches with equal signatures run on one compiled step. */
export const signatureOf = ({ n, arrays }: DeviceBatch): string => {
  const words = Object.entries(arrays).map(([name, { shape }]) => `${name}[${shape.join()}]`);
  return `${n} ${words.sort().join(' ')}`;
};

/** Whether the signatures of two batches are equal, without writing them down. */
const alike = (a: DeviceBatch, b: DeviceBatch): boolean => {
  if (a.n !== b.n) return false;
  for (const name in b.arrays) if (!(name in a.arrays)) return false;
  for (const name in a.arrays) {
    const other = b.arrays[name];
    if (other === undefined || !sameShape(a.arrays[name]!.shape, other.shape)) return false;
  }
  return true;
};

/** Batches of one signature in a row, in order. Throws E_SHAPE where an array does not fill its shape. */
export const groupBatches = (batches: readonly DeviceBatch[]): DeviceBatch[][] => {
  const groups: DeviceBatch[][] = [];
  for (const batch of batches) {
    checkBatch(batch);
    const last = groups.at(-1);
    if (last !== undefined && alike(last[0]!, batch)) last.push(batch);
    else groups.push([batch]);
  }
  return groups;
};

/** Float32 arrays that go to the worker and come back, by length: what is sent along with every call leaves no garbage. */
export interface Pool {
  take(length: number): Float32Array;
  give(arrays: readonly Float32Array[]): void;
  /** Frees what is kept. */
  empty(): void;
}
/** As many arrays of one length are kept as one batch may have. */
const mostKept = 8;

export const createPool = (): Pool => {
  const kept = new Map<number, Float32Array[]>();
  return {
    take: (length) => kept.get(length)?.pop() ?? new Float32Array(length),
    give(arrays) {
      for (const array of arrays) {
        const list = kept.get(array.length) ?? [];
        if (list.length < mostKept) list.push(array);
        kept.set(array.length, list);
      }
    },
    empty() {
      discard([...kept.values()].flat());
      kept.clear();
    },
  };
};

/** The arrays that are wanted of batches of one signature, one after the other; `shape` is that of one. */
export const packBatches = (
  batches: readonly DeviceBatch[],
  wanted: (name: string) => boolean,
  pool: Pool,
): Record<string, HostArray> => {
  const { n, arrays } = batches[0]!;
  const names = Object.entries(arrays).filter(([name]) => wanted(name));
  return Object.fromEntries(
    names.map(([name, { shape }]) => {
      const size = n * sizeOf(shape);
      const data = pool.take(batches.length * size);
      batches.forEach((batch, k) => {
        data.set(batch.arrays[name]!.data, k * size);
      });
      return [name, { data, shape: [n, ...shape] }];
    }),
  );
};

export const buffersOf = (arrays: Readonly<Record<string, HostArray>>): ArrayBuffer[] =>
  Object.values(arrays).flatMap(({ data: { buffer } }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
