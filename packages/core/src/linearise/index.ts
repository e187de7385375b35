/** Local linearisation. */

export * from './ito-difference.js';
export * from './kernel.js';
export * from './lineariser.js';
export * from './range.js';
