/** Distributions of the training times. */
export * from './clock-uniform.js';
export * from './log-normal.js';
export * from './loss-history.js';
export * from './power.js';
export * from './uniform.js';
