/** Distributions of the training times. */
export * from './clock-uniform.js';
export * from './power.js';
export * from './uniform.js';
