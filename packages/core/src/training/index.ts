/** What training needs of a process besides its objective: start states, scales, network inputs. */
export { piecewiseLinear } from './curve.js';
export { deviceBatch } from './device-batch.js';
export * from './features.js';
export * from './network-field.js';
export * from './network-inputs.js';
export { type Parametrisation, parametrisations, parametrise } from './parametrise.js';
export { type PathOptions, type PathProblem, pathOptions, preparePaths } from './path-recipe.js';
export * from './path-source.js';
export * from './pilot.js';
export * from './read-prepared.js';
export { kernelNoiseVariance, kernelPilotRows, pilotRows, pilotScales, scaleTimes } from './scales.js';
