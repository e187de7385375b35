/**
 * The bridge: named float64 arrays become float32 tensors [n, …shape]. Each name keeps its own buffer between calls, so a tensor is valid until the next upload.
 */
import { type DeviceBatch, fail, type NamedArray, type ParameterLayout } from '@fokker/core';
import { type Tensor, tensor } from '@tensorflow/tfjs-core';

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, extent) => size * extent, 1);

export interface Uploader {
  /** Rows [first, first + count) of a batch. */
  upload(batch: DeviceBatch, first?: number, count?: number): Record<string, Tensor>;
}

/** Throws E_SHAPE. */
export const checkArray = (name: string, { data, shape }: NamedArray, n: number): void => {
  if (data.length === n * sizeOf(shape)) return;
  fail('E_SHAPE', {
    summary: `the array '${name}' does not fill its shape`,
    got: `${data.length} numbers`,
    expected: `${n * sizeOf(shape)} numbers for [${[n, ...shape].join(', ')}]`,
    tryThis: ['give every array of a batch the same number of rows'],
  });
};

export const createUploader = (): Uploader => {
  const buffers = new Map<string, Float32Array<ArrayBuffer>>();
  return {
    upload({ n, arrays }, first = 0, count = n) {
      const tensors: Record<string, Tensor> = {};
      for (const [name, array] of Object.entries(arrays)) {
        checkArray(name, array, n);
        const width = sizeOf(array.shape);
        let buffer = buffers.get(name);
        if (buffer?.length !== count * width) {
          buffer = new Float32Array(count * width);
          buffers.set(name, buffer);
        }
        for (let k = 0, from = first * width; k < buffer.length; k++, from++) buffer[k] = array.data[from]!;
        tensors[name] = tensor(buffer, [count, ...array.shape], 'float32');
      }
      return tensors;
    },
  };
};

/** The arrays of a flat vector as tensors that share its memory where the backend allows: not to be changed while they live. */
export const uploadParameters = (layout: readonly ParameterLayout[], flat: Float32Array): Record<string, Tensor> => {
  const tensors: Record<string, Tensor> = {};
  for (const { name, shape, offset } of layout) {
    tensors[name] = tensor(flat.subarray(offset, offset + sizeOf(shape)), [...shape], 'float32');
  }
  return tensors;
};
