/** Schedules s(t): from where to linearise, a function of t alone. */
export * from './a-posteriori.js';
export * from './auto.js';
export * from './clock-lag.js';
export * from './constant-lag.js';
export { type CappedLag, stableLag } from './guard.js';
export { type LinearisationQuestion, measureLinearisation } from './linearisation-error.js';
