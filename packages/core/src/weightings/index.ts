/** Weights of the score error, functions of t alone. */
export * from './likelihood.js';
export * from './noise-normalised.js';
export * from './unit.js';
