/**
 * WebAssembly kernels with 128-bit vectors, on one thread: the threaded build of tfjs 4.22 starts its threads from a blob URL, which Node's worker threads do not
 * accept.
 */
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { env } from '@tensorflow/tfjs-core';
import { type EagerBackend, start } from './backend.js';
import { replaceSlowKernels } from './wasm-kernels.js';

export const wasmVersion = version_wasm;

export const openWasm = async (): Promise<EagerBackend> => {
  await start('wasm');
  replaceSlowKernels();
  const simd = (await env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true;
  return {
    name: 'wasm',
    description: `TensorFlow.js ${version_wasm}, WebAssembly ${simd ? 'with' : 'without'} SIMD, 1 thread`,
    rows: 1024,
  };
};
