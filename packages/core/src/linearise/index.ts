/** Local linearisation. */
export * from './drift-derivatives.js';
export * from './kernel.js';
export * from './lineariser.js';
export * from './range.js';
