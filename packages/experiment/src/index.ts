/** The public face of experiment: configuration, training, run folders, evaluation. */

export { type Description, describe, type ListedPart, list } from './composition/describe.js';
export { type Experiment, type OpenOptions, openExperiment } from './composition/experiment.js';
export type { ExperimentConfig, ExperimentInput, Method } from './config/schema.js';
export * from './formats/index.js';
export type { Progress, ProgressEvent } from './progress.js';
export { openRun, type Run } from './run/run.js';
export { type OpenScore, openScore } from './run/score.js';
export type { MetricsLine } from './training/metrics-log.js';
export { type TrainOptions, train } from './training/train.js';
