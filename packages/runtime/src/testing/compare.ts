/**
 * A function of tensors, traced and run by ONNX Runtime beside the same function on the plain JavaScript backend: the largest difference of each output over its
 * largest number (or over 1, where all numbers are small).
 */
import { setBackend, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Rewrites } from '../graph/rewrites.js';
import { type Shape, sizeOf } from '../graph/value.js';
import { type InputSpec, trace } from '../trace/trace.js';
import { type Numbers, runGraph } from './run-graph.js';

export interface Arrays {
  readonly [name: string]: InputSpec & { readonly numbers: Numbers };
}
export type Traced = (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;

/** Scattered numbers in (low, high), the same every time. */
export const scattered = (shape: Shape, phase: number, low = -1, high = 1): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
    const x = Math.sin(12.9898 * (i + 1) + 78.233 * phase) * 43758.5453;
    return low + (high - low) * (x - Math.floor(x));
  });

export const runEagerly = async (f: Traced, arrays: Arrays): Promise<Record<string, Float32Array>> => {
  await setBackend('cpu');
  const numbers: Record<string, Float32Array> = {};
  tidy(() => {
    const inputs = Object.entries(arrays).map(([name, { numbers, shape, dtype = 'float32' }]) => [
      name,
      tensor(Array.from(numbers), [...shape], dtype),
    ]);
    for (const [name, output] of Object.entries(f(Object.fromEntries(inputs)))) {
      numbers[name] = Float32Array.from(output.dataSync());
    }
  });
  return numbers;
};

export const runTraced = async (
  f: Traced,
  arrays: Arrays,
  rewrites?: Rewrites,
): Promise<Record<string, Float32Array>> => {
  const graph = await trace(f, arrays, rewrites ? { rewrites } : {});
  return runGraph(graph, Object.fromEntries(Object.entries(arrays).map(([name, { numbers }]) => [name, numbers])));
};

/** NaN and infinities must stand at the same places. */
const differenceOf = (a: Float32Array, b: Float32Array): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let [difference, largest] = [0, 1];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (Object.is(x, y)) continue;
    if (!Number.isFinite(x) || !Number.isFinite(y)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, Math.abs(x - y));
  }
  for (const x of a) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
  return difference / largest;
};

export const worstDifference = (
  a: Readonly<Record<string, Float32Array>>,
  b: Readonly<Record<string, Float32Array>>,
): number => {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const none = new Float32Array(0);
  return Math.max(0, ...[...names].map((name) => differenceOf(a[name] ?? none, b[name] ?? none)));
};
