/**
 * Three kernels of the wasm backend that sit on every training step and are slow there, replaced by equal ones:
 *
 *     Aᵀ B, A Bᵀ   tfjs walks its operands element by element as soon as one is transposed (20× slower at 512 × 128 × 128);
 *                  here the operand is transposed first and multiplied as usual
 *     xᵀ B         for a single row x, which is how column sums are written: tfjs packs the whole of B first; here the products are added in float64
 *     Xᵀ           of a matrix: by blocks of 16 rows, which stay in the first-level cache
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  BatchMatMul,
  getKernel,
  type KernelConfig,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
  Transpose,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { conv2dBackpropFilter } from './wasm-convolution.js';

const block = 16;

const transposeMatrix = (from: Float32Array, rows: number, columns: number, to: Float32Array): void => {
  for (let start = 0; start < rows; start += block) {
    const end = Math.min(rows, start + block);
    for (let j = 0; j < columns; j++) {
      let k = j * rows + start;
      for (let i = start, p = start * columns + j; i < end; i++, p += columns) to[k++] = from[p]!;
    }
  }
};

const rowProduct = (row: Float32Array, matrix: Float32Array, to: Float32Array): void => {
  const columns = to.length;
  const sums = new Float64Array(columns);
  for (let i = 0, k = 0; i < row.length; i++) {
    const x = row[i]!;
    for (let j = 0; j < columns; j++, k++) sums[j] = sums[j]! + x * matrix[k]!;
  }
  to.set(sums);
};

/** The array on the heap; valid until the next allocation. */
const view = (backend: BackendWasm, info: TensorInfo): Float32Array => backend.typedArrayFromHeap(info) as Float32Array;

const isMatrix = (x: TensorInfo): boolean => x.shape.length === 2 && x.dtype === 'float32';

const transpose =
  (original: KernelFunc): KernelFunc =>
  (call) => {
    const x = call.inputs.x!;
    const perm = call.attrs?.perm as readonly number[];
    if (!isMatrix(x) || perm[0] !== 1) return original(call);
    const backend = call.backend as BackendWasm;
    const [rows, columns] = x.shape as [number, number];
    const out = backend.makeOutput([columns, rows], 'float32');
    transposeMatrix(view(backend, x), rows, columns, view(backend, out));
    return out;
  };

const multiply = (a: TensorInfo, b: TensorInfo, backend: BackendWasm, original: KernelFunc): TensorInfo => {
  if (!(isMatrix(a) && isMatrix(b) && a.shape[0] === 1 && a.shape[1] === b.shape[0])) {
    return original({ inputs: { a, b }, backend, attrs: { transposeA: false, transposeB: false } }) as TensorInfo;
  }
  const out = backend.makeOutput([1, b.shape[1]!], 'float32');
  rowProduct(view(backend, a), view(backend, b), view(backend, out));
  return out;
};

const matMul =
  (original: KernelFunc): KernelFunc =>
  (call) => {
    const backend = call.backend as BackendWasm;
    const turned: TensorInfo[] = [];
    const turn = (x: TensorInfo, transposed: boolean): TensorInfo => {
      if (!transposed) return x;
      const last = x.shape.length - 1;
      const perm = x.shape.map((_, axis) => (axis === last ? last - 1 : axis === last - 1 ? last : axis));
      const kernel = getKernel(Transpose, 'wasm').kernelFunc;
      const out = kernel({ inputs: { x }, backend, attrs: { perm } }) as TensorInfo;
      turned.push(out);
      return out;
    };
    const a = turn(call.inputs.a!, call.attrs?.transposeA === true);
    const b = turn(call.inputs.b!, call.attrs?.transposeB === true);
    const out = multiply(a, b, backend, original);
    for (const info of turned) backend.disposeData(info.dataId);
    return out;
  };

const replacements: readonly [string, (original: KernelFunc) => KernelFunc][] = [
  [Transpose, transpose],
  [BatchMatMul, matMul],
];

/** Keyed by tfjs's own functions, so that a second call, or a second copy of this module, replaces nothing twice. */
const marker = Symbol.for('fokker/wasm-kernel');

/** Call once the wasm backend has started; adds the kernel that it lacks, too. */
export const replaceSlowKernels = (): void => {
  if (getKernel(conv2dBackpropFilter.kernelName, 'wasm') === undefined) registerKernel(conv2dBackpropFilter);
  for (const [name, replace] of replacements) {
    const config: KernelConfig = getKernel(name, 'wasm');
    if (marker in config.kernelFunc) continue;
    const kernelFunc = Object.assign(replace(config.kernelFunc), { [marker]: true });
    unregisterKernel(name, 'wasm');
    registerKernel({ ...config, kernelFunc });
  }
};
