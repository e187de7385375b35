/** The public face of experiment: configuration, training, run folders, sampling, simulation, evaluation. */
import dataPlugin from './data/plugin.js';

export { type CheckOptions, check } from './check/check.js';
export type { CheckedCase, CheckedSubject, CheckReport, Unchecked } from './check/report.js';
export { type CompareOptions, compare } from './compare/compare.js';
export { comparisonRows, differenceRows } from './compare/page.js';
export type { Cell, Comparison, Figures, Refusal, Summary } from './compare/summary.js';
export { type Description, describe, type ListedPart, list, type ProcessText } from './composition/describe.js';
export {
  type ComposedPart,
  describeExperiment,
  type ExperimentDescription,
} from './composition/describe-experiment.js';
export { type Experiment, type OpenOptions, openExperiment } from './composition/experiment.js';
export type { ExperimentConfig, ExperimentInput, Method } from './config/schema.js';
export { type DensityOptions, type DensityReport, density } from './density/density.js';
export { type EvaluateOptions, type Evaluation, evaluate } from './evaluation/evaluate.js';
export { type Exported, type ExportFormat, type ExportOptions, exportRun } from './export/export-run.js';
export { createFokker, type Fokker } from './fokker.js';
export * from './formats/index.js';
export type { Levels } from './likelihood/dequantise.js';
export {
  type Interval,
  type LikelihoodOptions,
  type LikelihoodResult,
  likelihood,
} from './likelihood/likelihood.js';
export { type TerminalName, terminals } from './likelihood/terminal.js';
export { type Physics, type PhysicsOptions, physics, physicsEach, type QuantitiesOptions } from './physics/physics.js';
export { textRows } from './physics/text-rows.js';
export type { Progress, ProgressEvent } from './progress.js';
export { linearisationText } from './reporting/linearisation-text.js';
export { type ReportOptions, report } from './reporting/report.js';
export { readMetrics } from './reporting/stored.js';
export { runPaths } from './run/folder.js';
export { openRun, type Run } from './run/run.js';
export { type OpenScore, openScore } from './run/score.js';
export { type SampleOptions, type Samples, sample } from './sampling/sample.js';
export { newPlugin, type Scaffolded, type ScaffoldKind, type ScaffoldOptions } from './scaffold/new-plugin.js';
export { type Moments, momentsOf } from './simulation/moments.js';
export type { StateFrame } from './simulation/paths.js';
export { type SimulateOptions, type Simulation, simulate } from './simulation/simulate.js';
export type { MetricsLine } from './training/metrics-log.js';
export { type TrainOptions, train } from './training/train.js';

export default dataPlugin;
