/** Optimisers for tests. */
import type { OptimiserSpec } from '@fokker/core';

export const adam: OptimiserSpec = {
  id: 'adam',
  learningRate: 0.02,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  momentum: 0,
  clip: 1,
  warmup: 3,
  decay: 'cosine',
  floor: 0.1,
  steps: 40,
  ema: 0.99,
};
export const sgd: OptimiserSpec = { ...adam, id: 'sgd', momentum: 0.9, clip: 0.5, decay: 'none' };
/** One step of it leaves the gradient in the slot `velocity`. */
export const plain: OptimiserSpec = { ...sgd, momentum: 0, clip: Number.POSITIVE_INFINITY, warmup: 0 };
