/** The contracts, one concept a file. */
export * from './batch.js';
export * from './capabilities.js';
export * from './device.js';
export * from './diffusion.js';
export * from './likelihood.js';
export * from './matrix.js';
export * from './metric.js';
export * from './model.js';
export * from './objective.js';
export * from './plugin.js';
export * from './problem.js';
export * from './quantity.js';
export * from './random.js';
export * from './sampler.js';
export * from './sde.js';
