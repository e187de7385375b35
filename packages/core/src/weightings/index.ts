/** Weights of the score error, functions of t alone. */
export * from './diffusion.js';
export * from './likelihood.js';
export * from './noise-normalised.js';
export * from './sigma-squared.js';
export * from './unit.js';
