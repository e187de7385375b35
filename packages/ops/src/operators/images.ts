/** Operators on images [n, h, w, c], channels last: convolution, its two adjoints, pooling, enlargement, normalisation by groups of channels. */
import {
  AvgPool,
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  ones,
  ResizeNearestNeighbor,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core';
import { add, mul, rsqrt, square, sub } from './elementwise.js';
import { runKernel, type Shape, show } from './kernel.js';
import { mean } from './reductions.js';
import { reshape } from './shapes.js';

/** `same`: zeros around the image so that the result has ⌈h/stride⌉ rows; `valid`: none. */
export interface Window {
  readonly stride?: number;
  readonly padding?: 'same' | 'valid';
}

const attributesOf = ({ stride = 1, padding = 'same' }: Window) => ({
  strides: [stride, stride],
  pad: padding,
  dataFormat: 'NHWC',
  dilations: [1, 1],
});

const image = (name: string, x: Tensor): void => {
  if (x.rank !== 4) throw new Error(`${name}: images [n, h, w, c] expected, got ${show(x.shape)}`);
};

/** Σ over the window of x [n, h, w, c] times the filter [a, b, c, k], a correlation: [n, h′, w′, k]. */
export const conv2d = (x: Tensor, filter: Tensor, window: Window = {}): Tensor4D => {
  image('conv2d', x);
  if (filter.rank !== 4 || filter.shape[2] !== x.shape[3]) {
    throw new Error(`conv2d: a filter [a, b, ${x.shape[3]}, k] expected, got ${show(filter.shape)}`);
  }
  return runKernel(Conv2D, { x, filter }, attributesOf(window));
};

/** The adjoint of x ↦ conv2d(x, filter): images of `shape`. */
export const conv2dInput = (dy: Tensor, filter: Tensor, shape: Shape, window: Window = {}): Tensor4D =>
  runKernel(Conv2DBackpropInput, { dy, filter }, { ...attributesOf(window), inputShape: [...shape] });

/** The adjoint of filter ↦ conv2d(x, filter): a filter of `shape`. */
export const conv2dFilter = (x: Tensor, dy: Tensor, shape: Shape, window: Window = {}): Tensor4D =>
  runKernel(Conv2DBackpropFilter, { x, dy }, { ...attributesOf(window), filterShape: [...shape] });

/** Means over tiles of factor × factor pixels: [n, h/factor, w/factor, c]. */
export const avgPool = (x: Tensor, factor: number): Tensor4D => {
  image('avgPool', x);
  if (!(factor >= 1) || x.shape[1]! % factor !== 0 || x.shape[2]! % factor !== 0) {
    throw new Error(`avgPool: tiles of ${factor} × ${factor} do not fill images ${show(x.shape)}`);
  }
  const tile = [factor, factor];
  return runKernel(AvgPool, { x }, { filterSize: tile, strides: tile, pad: 'valid' });
};

/** Each pixel as a tile of factor × factor: [n, factor h, factor w, c]. factor² times the adjoint of `avgPool`. */
export const upsample = (x: Tensor, factor: number): Tensor4D => {
  image('upsample', x);
  if (!(Number.isInteger(factor) && factor >= 1)) throw new Error(`upsample: no factor ${factor}`);
  const size = [x.shape[1]! * factor, x.shape[2]! * factor];
  return runKernel(
    ResizeNearestNeighbor,
    { images: x },
    { size, alignCorners: false, halfPixelCenters: false, factor },
  );
};

/**
 * (x − μ)/√(σ² + ε) · scale + shift with mean μ and variance σ² of each group of c/groups neighbouring channels over all pixels of one image; scale, shift [c].
 *
 * Both moments are taken channel by channel first, [n, c], so that the image itself is met by one product and one sum, [n, h, w, c] with [n, 1, 1, c]: runtimes
 * that broadcast the innermost axis one run at a time are ten times slower on short runs. σ² = E x² − μ² loses digits where μ is much larger than σ.
 */
export const groupNorm = (x: Tensor, groups: number, scale: Tensor, shift: Tensor, epsilon = 1e-5): Tensor4D => {
  image('groupNorm', x);
  const [n, , , c] = x.shape as [number, number, number, number];
  if (!(groups >= 1) || c % groups !== 0) throw new Error(`groupNorm: ${groups} groups do not divide ${c} channels`);
  return tidy(() => {
    const ofGroup = (perChannel: Tensor): Tensor => mean(reshape(perChannel, [n, groups, c / groups]), 2);
    const toChannels = (perGroup: Tensor): Tensor2D =>
      reshape(mul(reshape(perGroup, [n, groups, 1]), ones([1, 1, c / groups])), [n, c]);
    const average = ofGroup(mean(x, [1, 2]));
    const variance = sub(ofGroup(mean(square(x), [1, 2])), square(average));
    const factor = mul(toChannels(rsqrt(add(variance, epsilon))), scale);
    const offset = sub(shift, mul(toChannels(average), factor));
    return add<Tensor4D>(mul(x, reshape(factor, [n, 1, 1, c])), reshape(offset, [n, 1, 1, c]));
  });
};
