/** Composition: from plugins and identifiers to checked, completed parts. */
export * from './capability-names.js';
export * from './check-model.js';
export * from './check-objective.js';
export { checkPlugin } from './check-plugin.js';
export * from './complete-sde.js';
export * from './describe-schema.js';
export * from './installed-plugins.js';
export * from './kinds.js';
export * from './load-plugins.js';
export { byNearness, probablyMeant } from './nearest.js';
export * from './parse-part.js';
export * from './registry.js';
