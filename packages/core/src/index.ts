/** The public face of core. */

export * from './composition/index.js';
export * from './contracts/index.js';
export * from './core-plugin.js';
export { corePlugin as default } from './core-plugin.js';
export * from './define.js';
export * from './define-pointwise.js';
export * from './errors.js';
export * from './linearise/index.js';
export * from './numerics/index.js';
export * from './schedules/index.js';
export * from './score/index.js';
export * from './structures/index.js';
export * from './times/index.js';
export * from './training/index.js';
export * from './weightings/index.js';
