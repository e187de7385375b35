/** Processes typed as formulas. */
export { formula } from './formula.js';
export { type FormulaDefinition, type FormulaValues, formulaSde } from './formula-sde.js';
