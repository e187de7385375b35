/** Physics from a score, as plain functions over (sde, score, samples). */
export * from './current.js';
export * from './effective-potential.js';
export * from './entropy-production.js';
export * from './first-passage.js';
export * from './fisher-information.js';
export { createFlow, type Flow, type FlowDivergences, type FlowRows } from './flow.js';
export { carryAlong, type FlowFrame } from './flow-path.js';
export * from './fp-residual.js';
export * from './kramers-moyal.js';
export { createMeans, type Means } from './means.js';
export * from './moment-balance.js';
export type { Parity } from './parity.js';
export * from './path-production.js';
export type { Driven, States } from './states.js';
export * from './stein.js';
export * from './uncertainty-bound.js';
