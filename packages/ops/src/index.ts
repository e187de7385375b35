/** The one import of tfjs: operators and tensor types. */
export type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
