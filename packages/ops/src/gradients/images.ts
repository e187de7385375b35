/**
 * A convolution y = C(x, f) is linear in image and filter; with its adjoints X(ȳ, f) in the image and F(x, ȳ) in the filter,
 *
 *     ⟨ȳ, C(x, f)⟩ = ⟨X(ȳ, f), x⟩ = ⟨F(x, ȳ), f⟩
 *
 * is one trilinear form, so each of the three has the other two as its gradients, to any order.
 *
 * Averages over tiles and enlargement by copies are adjoint up to the number of pixels in a tile; tfjs's own adjoint of the enlargement is wrong for batches.
 */

import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import * as kernels from '@tensorflow/tfjs-core';
import { mul } from '../operators/elementwise.js';
import { avgPool, conv2d, conv2dFilter, conv2dInput, upsample, type Window } from '../operators/images.js';
import { declare, listFrom } from './registry.js';

/** What the operators of this package ask for; calls from elsewhere may ask for more, whose gradient would be another. */
const windowOf = (attributes: NamedAttrMap): Window => {
  const strides = listFrom(attributes, 'strides');
  const padding = (['same', 'valid'] as const).find((name) => name === attributes.pad);
  const dilated = [attributes.dilations ?? 1].flat().some((dilation) => dilation !== 1);
  if (padding === undefined || strides.some((stride) => stride !== strides[0]) || dilated) {
    throw new Error('conv2d: no gradient with dilation, unequal strides or padding by numbers');
  }
  return { stride: strides[0]!, padding };
};

declare(kernels.Conv2D, ['x', 'filter'], (dy, saved, attributes) => {
  const [x, filter] = [saved[0]!, saved[1]!];
  const window = windowOf(attributes);
  return {
    x: () => conv2dInput(dy, filter, x.shape, window),
    filter: () => conv2dFilter(x, dy, filter.shape, window),
  };
});

declare(kernels.Conv2DBackpropInput, ['dy', 'filter'], (dx, saved, attributes) => {
  const [dy, filter] = [saved[0]!, saved[1]!];
  const window = windowOf(attributes);
  return { dy: () => conv2d(dx, filter, window), filter: () => conv2dFilter(dx, dy, filter.shape, window) };
});

declare(kernels.Conv2DBackpropFilter, ['x', 'dy'], (df, saved, attributes) => {
  const [x, dy] = [saved[0]!, saved[1]!];
  const window = windowOf(attributes);
  return { x: () => conv2dInput(dy, df, x.shape, window), dy: () => conv2d(x, df, window) };
});

declare(kernels.AvgPool, [], (dy, _saved, attributes) => {
  const [factor] = listFrom(attributes, 'filterSize') as [number];
  return { x: () => mul(upsample(dy, factor), 1 / factor ** 2) };
});

declare(kernels.ResizeNearestNeighbor, [], (dy, _saved, attributes) => {
  const factor = Number(attributes.factor);
  return { images: () => mul(avgPool(dy, factor), factor ** 2) };
});
