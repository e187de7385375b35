/**
 * One process × objective × learning rate × seed: trained, timed, evaluated; a divergence is recorded, not thrown.
 *
 * What came out is kept in the run folder, beside the configuration it belongs to: a comparison that was stopped reads what is finished and goes on with the rest.
 */
import { join } from 'node:path';
import { isFokkerError } from '@fokker/core';
import { z } from 'zod';
import type { Experiment } from '../composition/experiment.js';
import { type Evaluation, evaluate } from '../evaluation/evaluate.js';
import { readText, writeFileAtomic } from '../formats/atomic.js';
import type { Progress } from '../progress.js';
import { ifPresent, isEvaluation, readMetrics } from '../reporting/stored.js';
import { openConfigured } from '../run/device.js';
import { parseJson } from '../run/folder.js';
import type { Run } from '../run/run.js';
import { trainedNetwork } from '../run/score.js';
import { train } from '../training/train.js';
import { bandsOf, gradientVariances } from './gradient-variance.js';

export interface CellTask {
  readonly experiment: Experiment;
  readonly out: string;
  readonly device?: string | undefined;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

const trial = z.object({
  evaluation: z.custom<Evaluation>(isEvaluation),
  msPerStep: z.number(),
  /** Trace of the covariance of one row's gradient, by time band. */
  bands: z.array(z.object({ from: z.number(), to: z.number(), variance: z.number() })),
  device: z.string(),
});
/** `diverged`: step, sample and time band, as training said. */
const outcome = z.union([z.object({ trial }), z.object({ diverged: z.string() })]);
export type Trial = z.infer<typeof trial>;
export type Outcome = z.infer<typeof outcome>;

/** Median over the lines of metrics but the first, whose interval holds the compilation. */
async function stepTime({ paths }: Run): Promise<number> {
  const rates = (await readMetrics(paths)).map(({ stepsPerSecond }) => stepsPerSecond);
  const steady = (rates.length > 1 ? rates.slice(1) : rates).sort((a, b) => a - b);
  return 1000 / steady[Math.floor(steady.length / 2)]!;
}

async function measureGradients(run: Run, { experiment, device: id, progress }: CellTask) {
  const { params } = await trainedNetwork(run, 'model');
  const device = await openConfigured(experiment, id, progress);
  try {
    const wanted = bandsOf(experiment, experiment.config.training.bands);
    const bands = await gradientVariances(experiment, run.prepared, device, params, wanted);
    return { bands: [...bands], description: device.description };
  } finally {
    device.dispose();
  }
}

async function tried(task: CellTask): Promise<Outcome> {
  const { experiment, out, device, progress, signal } = task;
  try {
    const run = await train(experiment, { out, resume: true, device, progress, signal });
    const evaluation = await evaluate(run, { methods: ['reverse'], device, progress, signal });
    const { bands, description } = await measureGradients(run, task);
    return { trial: { evaluation, msPerStep: await stepTime(run), bands, device: description } };
  } catch (error) {
    if (isFokkerError(error) && error.code === 'E_DIVERGED') return { diverged: `${error.message}; ${error.got}` };
    throw error;
  }
}

const kept = z.object({ config: z.unknown(), outcome });

/** Undefined for what was not finished, or finished under another configuration. */
async function readOutcome(path: string, config: string): Promise<Outcome | undefined> {
  const text = await ifPresent(readText(path));
  const found = text === undefined ? undefined : kept.safeParse(parseJson(text, path)).data;
  return found !== undefined && JSON.stringify(found.config) === config ? found.outcome : undefined;
}

/** Throws what is neither a divergence nor a result: E_INTERRUPTED, E_FILE, E_RUN. */
export async function runCell(task: CellTask): Promise<Outcome> {
  const path = join(task.out, 'outcome.json');
  const config = JSON.stringify(task.experiment.config);
  const known = await readOutcome(path, config);
  if (known !== undefined) return known;
  const found = await tried(task);
  await writeFileAtomic(path, `{"config":${config},"outcome":${JSON.stringify(found)}}\n`);
  return found;
}
