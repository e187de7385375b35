/** Batches on their way to the worker: float64 arrays of several steps, rounded to float32 into one buffer a name. */
import type { DeviceBatch } from '@fokker/core';
import { checkArray } from '../bridge.js';
import { sizeOf } from '../graph/value.js';
import type { HostArray } from './protocol.js';
import type { RowShapes } from './training-graph.js';

export const rowShapes = ({ arrays }: DeviceBatch): RowShapes =>
  Object.fromEntries(Object.entries(arrays).map(([name, { shape }]) => [name, shape]));

/** Throws E_SHAPE where an array does not fill its shape. */
export const checkBatch = ({ n, arrays }: DeviceBatch): void => {
  for (const [name, array] of Object.entries(arrays)) checkArray(name, array, n);
};

/** Batches with equal signatures run on one compiled step. */
export const signatureOf = ({ n, arrays }: DeviceBatch): string => {
  const words = Object.entries(arrays).map(([name, { shape }]) => `${name}[${shape.join()}]`);
  return `${n} ${words.sort().join(' ')}`;
};

/** The arrays that are wanted of batches of one signature, one after the other; `shape` is that of one. */
export const packBatches = (
  batches: readonly DeviceBatch[],
  wanted: (name: string) => boolean,
): Record<string, HostArray> => {
  const { n, arrays } = batches[0]!;
  const names = Object.entries(arrays).filter(([name]) => wanted(name));
  return Object.fromEntries(
    names.map(([name, { shape }]) => {
      const size = n * sizeOf(shape);
      const data = new Float32Array(batches.length * size);
      batches.forEach((batch, k) => {
        data.set(batch.arrays[name]!.data, k * size);
      });
      return [name, { data, shape: [n, ...shape] }];
    }),
  );
};

export const buffersOf = (arrays: Readonly<Record<string, HostArray>>): ArrayBuffer[] =>
  Object.values(arrays).flatMap(({ data: { buffer } }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
