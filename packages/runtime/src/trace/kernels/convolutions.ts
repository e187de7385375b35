/**
 * Convolutions of images [n, h, w, c], channels last, as one gather and one product.
 *
 * The patch that an output pixel sees is a list of input pixels, the same list for every image: rows of the matrix P are picked by constant indices from the
 * image's pixels and, for places outside, one pixel of zeros. With the filter f [a, b, c, k] as a matrix [a b c, k], which its layout is already,
 *
 *     y = P(x) f           P(x) [n h′ w′, a b c]
 *     F = P(x)ᵀ ȳ          the gradient in the filter reads the same P(x)
 *     X = P′(ȳ) f′         the gradient in the image: P′ lists, for each input pixel, the outputs that saw it; f′ [a b k, c]
 *
 * Stride, padding and dilation are in the index list alone. A 1 × 1 filter lists each pixel once, in order, so nothing is gathered.
 *
 * Products of tall matrices are what a CPU runtime is fastest at; its own convolutions are slower where the filter changes between runs.
 */
import { fail } from '@fokker/core';
import { backend_util } from '@tensorflow/tfjs-core';
import type { Builder } from '../../graph/builder.js';
import { matMul } from '../../graph/products.js';
import { pad, reshape, transpose } from '../../graph/shapes.js';
import { type Shape, sizeOf, type Value } from '../../graph/value.js';
import type { Attributes, Kernels } from './kernel.js';

type Shape4D = [number, number, number, number];
type Geometry = ReturnType<typeof geometryOf>;

const refuse = (got: string, expected: string): never =>
  fail('E_TRACE_OPERATION', {
    summary: 'a convolution cannot be compiled as it was called',
    got,
    expected,
    tryThis: ['conv2d of @fokker/ops', 'training.device: wasm or cpu, which run every operation'],
  });

const geometryOf = (image: Shape, filter: Shape, { list, text, has }: Attributes) => {
  if (has('dataFormat') && text('dataFormat') !== 'NHWC') refuse(text('dataFormat'), 'NHWC, channels last');
  const padding = text('pad');
  if (padding !== 'same' && padding !== 'valid') return refuse(`padding ${padding}`, 'same or valid');
  const [across, down] = list('strides');
  const dilations = has('dilations') ? list('dilations') : [1];
  const info = backend_util.computeConv2DInfo(
    image as Shape4D,
    filter as Shape4D,
    [across!, down ?? across!],
    [dilations[0]!, dilations.at(-1)!],
    padding,
  );
  if (info.inChannels !== filter[2]) refuse(`${info.inChannels} channels for a filter of ${filter[2]}`, 'as many');
  return info;
};

/** Place of input pixel (s i + δ a − p, …) for each output pixel (i, j) and each place (a, b) of the filter; −1 outside. */
const seenByOutputs = (g: Geometry): number[] => {
  const list: number[] = [];
  for (let i = 0; i < g.outHeight; i++) {
    for (let j = 0; j < g.outWidth; j++) {
      for (let a = 0; a < g.filterHeight; a++) {
        for (let b = 0; b < g.filterWidth; b++) {
          const row = g.strideHeight * i + g.dilationHeight * a - g.padInfo.top;
          const column = g.strideWidth * j + g.dilationWidth * b - g.padInfo.left;
          const inside = row >= 0 && row < g.inHeight && column >= 0 && column < g.inWidth;
          list.push(inside ? row * g.inWidth + column : -1);
        }
      }
    }
  }
  return list;
};

/** Place of the output pixel that saw input pixel (i, j) through the filter's (a, b); −1 where none did. */
const seersOfInputs = (g: Geometry): number[] => {
  const list: number[] = [];
  const along = (at: number, stride: number, count: number): number =>
    at % stride === 0 && at >= 0 && at / stride < count ? at / stride : -1;
  for (let i = 0; i < g.inHeight; i++) {
    for (let j = 0; j < g.inWidth; j++) {
      for (let a = 0; a < g.filterHeight; a++) {
        for (let b = 0; b < g.filterWidth; b++) {
          const row = along(i + g.padInfo.top - g.dilationHeight * a, g.strideHeight, g.outHeight);
          const column = along(j + g.padInfo.left - g.dilationWidth * b, g.strideWidth, g.outWidth);
          list.push(row < 0 || column < 0 ? -1 : row * g.outWidth + column);
        }
      }
    }
  }
  return list;
};

/** The listed pixels of x [n, h, w, c], `window` to a row: [n · list/window, window · c]. */
const patches = (b: Builder, x: Value, list: readonly number[], window: number): Value => {
  const [n, h, w, c] = x.shape as Shape4D;
  const rows = [(n * list.length) / window, window * c];
  if (list.length === h * w && list.every((place, i) => place === i)) return reshape(b, x, rows);
  const outside = list.some((place) => place < 0);
  if (x.kind === 'splat' && (!outside || x.number === 0)) return b.splat(x.number, rows);
  const pixels = reshape(b, x, [n, h * w, c]);
  const bordered = outside ? pad(b, pixels, [0, 0, 0], [0, 1, 0]) : pixels;
  const places = b.constant(
    Int32Array.from(list, (place) => (place < 0 ? h * w : place)),
    [list.length],
  );
  const gathered = b.operation('Gather', [bordered, places], { axis: { int: 1 } }, [n, list.length, c], x.dtype);
  return reshape(b, gathered, rows);
};

export const convolutionKernels: Kernels = {
  Conv2D: (b, { x, filter }, attributes) => {
    const g = geometryOf(x!.shape, filter!.shape, attributes);
    const window = g.filterHeight * g.filterWidth;
    const matrix = reshape(b, filter!, [window * g.inChannels, g.outChannels]);
    return reshape(b, matMul(b, patches(b, x!, seenByOutputs(g), window), matrix), g.outShape);
  },
  Conv2DBackpropInput: (b, { dy, filter }, attributes) => {
    const shape = attributes.list('inputShape');
    const g = geometryOf(shape, filter!.shape, attributes);
    const window = g.filterHeight * g.filterWidth;
    const turned = transpose(b, reshape(b, filter!, [window, g.inChannels, g.outChannels]), [0, 2, 1]);
    const matrix = reshape(b, turned, [window * g.outChannels, g.inChannels]);
    return reshape(b, matMul(b, patches(b, dy!, seersOfInputs(g), window), matrix), shape);
  },
  Conv2DBackpropFilter: (b, { x, dy }, attributes) => {
    const shape = attributes.list('filterShape');
    const g = geometryOf(x!.shape, shape, attributes);
    const window = g.filterHeight * g.filterWidth;
    const rows = reshape(b, dy!, [sizeOf(dy!.shape) / g.outChannels, g.outChannels]);
    return reshape(b, matMul(b, patches(b, x!, seenByOutputs(g), window), rows, true, false), shape);
  },
};
