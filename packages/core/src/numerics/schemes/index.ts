/** One-step schemes, forward and back in time. */
export { eulerMaruyama } from './euler-maruyama.js';
export { heun } from './heun.js';
export { localLinear } from './local-linear.js';
export { milstein } from './milstein.js';
export type { Ask, Leg, Scheme, Step, StepNoise } from './scheme.js';
export { sra1 } from './sra1.js';
export { createStepNoise } from './step-noise.js';
