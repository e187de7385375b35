/**
 * The gradient of a convolution in its filter, which the wasm backend lacks:
 *
 *     F[a, b, c, k] = Σ_{n, i, j} x[n, s i + a − p, s j + b − q, c] ȳ[n, i, j, k]
 *
 * Products are added in float64.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, Conv2DBackpropFilter, type KernelConfig } from '@tensorflow/tfjs-core';

type Shape4D = [number, number, number, number];

export const conv2dBackpropFilter: KernelConfig = {
  kernelName: Conv2DBackpropFilter,
  backendName: 'wasm',
  kernelFunc: (call) => {
    const { x, dy } = call.inputs;
    const backend = call.backend as BackendWasm;
    const filterShape = call.attrs?.filterShape as Shape4D;
    const strides = call.attrs?.strides as [number, number];
    const pad = call.attrs?.pad as 'same' | 'valid';
    const info = backend_util.computeConv2DInfo(x!.shape as Shape4D, filterShape, strides, 1, pad);
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
    const { filterHeight, filterWidth, strideHeight, strideWidth } = info;
    const { top, left } = info.padInfo;
    const out = backend.makeOutput(filterShape, 'float32');
    const images = backend.typedArrayFromHeap(x!);
    const cotangents = backend.typedArrayFromHeap(dy!);
    const sums = new Float64Array(filterHeight * filterWidth * inChannels * outChannels);
    for (let n = 0, at = 0; n < batchSize; n++) {
      for (let i = 0; i < outHeight; i++) {
        for (let j = 0; j < outWidth; j++, at += outChannels) {
          for (let a = 0; a < filterHeight; a++) {
            const row = strideHeight * i + a - top;
            if (row < 0 || row >= inHeight) continue;
            for (let b = 0; b < filterWidth; b++) {
              const column = strideWidth * j + b - left;
              if (column < 0 || column >= inWidth) continue;
              let from = ((n * inHeight + row) * inWidth + column) * inChannels;
              let to = (a * filterWidth + b) * inChannels * outChannels;
              for (let c = 0; c < inChannels; c++, from++) {
                const pixel = images[from]!;
                for (let k = 0; k < outChannels; k++, to++) sums[to]! += pixel * cotangents[at + k]!;
              }
            }
          }
        }
      }
    }
    backend.typedArrayFromHeap(out).set(sums);
    return out;
  },
};
