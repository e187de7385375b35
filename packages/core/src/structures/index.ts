/** Structured matrices: one structure a file. */
export * from './operators.js';
export { orthonormalise } from './range.js';
export { matrixOperators, noiseOperators, rootOperators } from './table.js';
