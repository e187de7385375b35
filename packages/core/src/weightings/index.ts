/** Weights of the score error, functions of t, and of y_t where they say so. */
export * from './diffusion.js';
export * from './likelihood.js';
export * from './noise-normalised.js';
export * from './region.js';
export * from './sigma-squared.js';
export * from './unit.js';
