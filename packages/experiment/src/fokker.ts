/** The library with plugins of a script's own: every function of it knows their parts. */
import type { PluginSpec } from '@fokker/core';
import { type CheckOptions, check } from './check/check.js';
import type { CheckReport } from './check/report.js';
import { type Description, describe, type ListedPart, list } from './composition/describe.js';
import { type Experiment, type OpenOptions, openExperiment } from './composition/experiment.js';
import type { ExperimentInput } from './config/schema.js';
import { type EvaluateOptions, type Evaluation, evaluate } from './evaluation/evaluate.js';
import { type LikelihoodOptions, type LikelihoodResult, likelihood } from './likelihood/likelihood.js';
import { type Physics, type PhysicsOptions, physics } from './physics/physics.js';
import { type ReportOptions, report } from './reporting/report.js';
import { openRun, type Run } from './run/run.js';
import { type SampleOptions, type Samples, sample } from './sampling/sample.js';
import { type SimulateOptions, type Simulation, simulate } from './simulation/simulate.js';
import { type TrainOptions, train } from './training/train.js';

export interface Fokker {
  openExperiment(config: string | ExperimentInput, options?: Omit<OpenOptions, 'plugins'>): Promise<Experiment>;
  /** Of an experiment, or of what one is opened from. */
  train(experiment: Experiment | string | ExperimentInput, options?: TrainOptions): Promise<Run>;
  openRun(directory: string): Promise<Run>;
  sample(run: Run, options?: SampleOptions): Promise<Samples>;
  simulate(what: string | ExperimentInput, options?: Omit<SimulateOptions, 'plugins'>): Promise<Simulation>;
  likelihood(run: Run, options: LikelihoodOptions): Promise<LikelihoodResult>;
  evaluate(run: Run, options?: EvaluateOptions): Promise<Evaluation>;
  /** Of a run, or of a process by its id or configuration, with its exact score or one that is given. */
  physics(what: Run | string | ExperimentInput, options: Omit<PhysicsOptions, 'plugins'>): Promise<Physics>;
  report(run: Run, options?: ReportOptions): Promise<readonly string[]>;
  describe(id: string): Promise<Description>;
  check(target: string, options?: Omit<CheckOptions, 'plugins'>): Promise<CheckReport>;
  list(kind?: string): Promise<readonly ListedPart[]>;
}

const isExperiment = (value: Experiment | string | ExperimentInput): value is Experiment =>
  typeof value === 'object' && 'problem' in value;

export function createFokker({ plugins = [] }: { readonly plugins?: readonly PluginSpec[] } = {}): Fokker {
  const open: Fokker['openExperiment'] = (config, options) => openExperiment(config, { ...options, plugins });
  return {
    openExperiment: open,
    train: async (what, options) => train(isExperiment(what) ? what : await open(what), options),
    openRun: (directory) => openRun(directory, { plugins }),
    sample,
    simulate: (what, options) => simulate(what, { ...options, plugins }),
    likelihood,
    evaluate,
    physics: (what, options) => physics(what, { ...options, plugins }),
    report,
    describe: (id) => describe(id, { plugins }),
    check: (target, options) => check(target, { ...options, plugins }),
    list: (kind) => list(kind, { plugins }),
  };
}
