/** Scores as fields, and what is made of them. */
export * from './analytic-field.js';
export * from './score-divergence.js';
export * from './velocity.js';
