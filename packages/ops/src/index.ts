/**
 * The one import of TensorFlow.js for networks and losses: tensors, operators whose gradients can be differentiated again, activations, derivatives.
 *
 * Random numbers are not here: noise is drawn in the field world from a key and comes in as an array.
 */
import './gradients/arithmetic.js';
import './gradients/elementwise.js';
import './gradients/images.js';
import './gradients/shapes.js';
import { installGradients } from './gradients/registry.js';

installGradients();

export type { DataType, Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
export {
  dispose,
  fill,
  keep,
  memory,
  ones,
  onesLike,
  scalar,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
export * from './activations.js';
export * from './derivatives.js';
export { differentiableKernels, installGradients } from './gradients/registry.js';
export * from './operators/elementwise.js';
export { avgPool, conv2d, groupNorm, upsample, type Window } from './operators/images.js';
export type { Operand, Shape } from './operators/kernel.js';
export { dot, logSumExp, matMul, max, mean, min, softmax, squaredNorm, sum } from './operators/reductions.js';
export * from './operators/shapes.js';
