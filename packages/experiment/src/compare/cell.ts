/** One process × objective × seed: trained, timed, evaluated; a divergence is recorded, not thrown. */
import { type FokkerError, isFokkerError } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import { type Evaluation, evaluate } from '../evaluation/evaluate.js';
import type { Progress } from '../progress.js';
import { readMetrics } from '../reporting/stored.js';
import { openConfigured } from '../run/device.js';
import type { Run } from '../run/run.js';
import { trainedNetwork } from '../run/score.js';
import { train } from '../training/train.js';
import { bandsOf, gradientVariances } from './gradient-variance.js';
import type { Band } from './summary.js';

export interface CellTask {
  readonly experiment: Experiment;
  readonly out: string;
  readonly device?: string | undefined;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface Trial {
  readonly evaluation: Evaluation;
  readonly msPerStep: number;
  readonly bands: readonly (Band & { readonly variance: number })[];
  readonly device: string;
}
export type Outcome = { readonly trial: Trial } | { readonly diverged: FokkerError };

/** Median over the lines of metrics but the first, whose interval holds the compilation. */
async function stepTime({ paths }: Run): Promise<number> {
  const rates = (await readMetrics(paths)).map(({ stepsPerSecond }) => stepsPerSecond);
  const steady = (rates.length > 1 ? rates.slice(1) : rates).sort((a, b) => a - b);
  return 1000 / (steady[Math.floor(steady.length / 2)] ?? Number.NaN);
}

async function measureGradients(run: Run, { experiment, device: id, progress }: CellTask) {
  const { params } = await trainedNetwork(run, 'model');
  const device = await openConfigured(experiment, id, progress);
  try {
    const wanted = bandsOf(experiment, experiment.config.training.bands);
    const bands = await gradientVariances(experiment, run.prepared, device, params, wanted);
    return { bands, description: device.description };
  } finally {
    device.dispose();
  }
}

/** Throws what is neither a divergence nor a result: E_INTERRUPTED, E_FILE, E_RUN. */
export async function runCell(task: CellTask): Promise<Outcome> {
  const { experiment, out, device, progress, signal } = task;
  try {
    const run = await train(experiment, { out, resume: true, device, progress, signal });
    const evaluation = await evaluate(run, { methods: ['reverse'], device, progress, signal });
    const { bands, description } = await measureGradients(run, task);
    return { trial: { evaluation, msPerStep: await stepTime(run), bands, device: description } };
  } catch (error) {
    if (isFokkerError(error) && error.code === 'E_DIVERGED') return { diverged: error };
    throw error;
  }
}
