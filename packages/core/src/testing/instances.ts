/** Instances that several rooms test with. */
import type { OptimiserSpec } from '../contracts/device.js';

/** OU-A of the acceptance table: dY = A Y dt + G dW, a rotating contraction under correlated noise; its golden values are in MATH §9. */
export const ouA = {
  A: [
    [-1, 0.8],
    [-0.8, -0.5],
  ],
  G: [
    [1, 0],
    [0.3, 0.7],
  ],
};

/** Descent by the gradient itself, nothing added: after one step the slot `velocity` holds the gradient. */
export const plainDescent: OptimiserSpec = {
  id: 'sgd',
  learningRate: 1,
  beta1: 0,
  beta2: 0,
  epsilon: 0,
  momentum: 0,
  clip: Number.POSITIVE_INFINITY,
  warmup: 0,
  decay: 'none',
  floor: 0,
  steps: 1,
  ema: 0,
};
