/** Helpers for tests, free of any test runner; `@fokker/core/testing/vitest` adds the matcher. */
export { assertAllClose, disagreement, float32RoundOff, type Numbers, type Tolerance } from './close.js';
export {
  assertContract,
  assertWithin,
  type Check,
  type ContractCase,
  codeOf,
  contractOf,
  type Measured,
  type Measurement,
  worstOf,
} from './contract.js';
export { ouA, plainDescent } from './instances.js';
export { kernelCovariance } from './kernel-covariance.js';
export type { LossAndGradient, ObjectiveBench } from './loss-contract.js';
export { type ModelBench, type ModelContractOptions, modelContract } from './model-contract.js';
export { type ObjectiveContractOptions, objectiveContract, problemOf, processFor } from './objective-contract.js';
export { copyOf, type Probes, probesOf, type Region, rowsOf } from './probes.js';
export { type ProcessContractOptions, processContract } from './process-contract.js';
export { type CaseResult, runContract } from './run-contract.js';
export { collect, samplerContract } from './sampler-contract.js';
export { type ScoreFieldContractOptions, scoreFieldContract } from './score-field-contract.js';
