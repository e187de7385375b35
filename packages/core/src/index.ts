/** The public face of core. */
export * from './contracts/index.js';
export * from './errors.js';
