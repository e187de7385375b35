/**
 * The loop of a training: batches to the device, reports to the log, checkpoints. Everything that was begun is given to it.
 *
 * Several batches go into one call where a step is short; no call crosses a line of metrics or a checkpoint, so the numbers do not depend on how many. Throws
 * E_INTERRUPTED after saving, E_DIVERGED (after saving the state before a step that is not finite), E_FILE.
 */
import { fail, type ParameterLayout, type Program, type StepReport, type TrainingState } from '@fokker/core';
import { discard } from '@fokker/runtime';
import type { Experiment } from '../composition/experiment.js';
import type { Progress } from '../progress.js';
import { checkpointPath, checkpointSteps, type TrainedOn, writeCheckpoint } from '../run/checkpoint.js';
import type { RunPaths } from '../run/folder.js';
import { refuseDivergence } from './divergence.js';
import type { Emphasis } from './emphasis.js';
import type { Bands } from './log-window.js';
import type { Excess, LossGuard } from './loss-guard.js';
import type { MetricsLog } from './metrics-log.js';
import { importanceIn, samplesAfter, type TrainingBatch } from './network.js';
import type { TargetStream } from './target-stream.js';

/** Batches are put together until one call to the device takes about this long, ms: what a call costs beside its work then does not matter. */
const callTime = 40;

export interface Training {
  readonly experiment: Experiment;
  readonly paths: RunPaths;
  readonly program: Program;
  /** Where the program runs. */
  readonly device: TrainedOn;
  readonly stream: TargetStream;
  readonly layout: readonly ParameterLayout[];
  readonly bands: Bands;
  readonly log: MetricsLog;
  /** Where times follow losses. */
  readonly emphasis: Emphasis | undefined;
  readonly guard: LossGuard;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

/** `program.state()` is a copy of ours; one that is not needed any more is freed at once. */
const vectorsOf = ({ params, ema, slots }: TrainingState) => [params, ema, ...Object.values(slots)];

async function save({ experiment, paths, program, device, layout, log, emphasis, guard }: Training): Promise<string> {
  const state = await program.state();
  const position = samplesAfter(experiment, state.step);
  const content = {
    state,
    layout,
    window: log.window,
    emphasis: emphasis?.state,
    guard: guard.state,
    key: experiment.key,
    position,
    device,
  };
  await writeCheckpoint(paths, content, experiment.config.training.keep);
  discard(vectorsOf(state));
  return checkpointPath(paths, state.step);
}

/** The open interval is measured on the state as it is. */
async function write({ program, log }: Training, last: StepReport): Promise<void> {
  const state = await program.state();
  await log.write(last, state);
  discard(vectorsOf(state));
}

async function stop(training: Training): Promise<never> {
  const checkpoint = await save(training);
  return fail('E_INTERRUPTED', {
    summary: 'training stopped on request',
    got: `the state is in ${checkpoint}`,
    expected: `${training.experiment.config.training.steps} steps`,
    tryThis: ['continue with --resume'],
  });
}

/** Steps until the next line or checkpoint: what one call may cover at most. */
const untilBoundary = ({ experiment }: Training, done: number): number => {
  const { logEvery, checkpointEvery, steps } = experiment.config.training;
  return Math.min(steps - done, logEvery - (done % logEvery), checkpointEvery - (done % checkpointEvery));
};

async function checkpointBefore(paths: RunPaths, { before }: Excess): Promise<string | undefined> {
  const step = (await checkpointSteps(paths)).findLast((saved) => saved <= before);
  return step === undefined ? undefined : checkpointPath(paths, step);
}

/** The state before a step that is not finite is still there; a loss that ran away has spoilt it, and those saved since it began to. */
async function refuse(training: Training, report: StepReport, batch: TrainingBatch, excess?: Excess): Promise<never> {
  const { experiment, bands, paths } = training;
  const { rowsPerSample } = experiment.objective.instance;
  const firstSample = samplesAfter(experiment, report.step - 1);
  const checkpoint = await (excess ? checkpointBefore(paths, excess) : save(training));
  return refuseDivergence({ report, batch, bands, firstSample, rowsPerSample, checkpoint, excess });
}

async function take(training: Training, count: number): Promise<readonly StepReport[]> {
  const { program, stream, log, emphasis, guard } = training;
  const batches: TrainingBatch[] = [];
  for (let i = 0; i < count; i++) batches.push(await stream.next());
  const reports = await program.run(batches);
  for (const [i, report] of reports.entries()) {
    const batch = batches[i]!;
    if (!report.finite) await refuse(training, report, batch);
    const excess = guard.add(report.step, report.loss);
    if (excess) await refuse(training, report, batch, excess);
    log.add(report, batch.t, importanceIn(batch));
    emphasis?.add(report.step, report.perSample, batch.t);
  }
  stream.spend(batches);
  return reports;
}

/** Steps `from` + 1 to the last one of the configuration. */
export async function trainingLoop(training: Training, from: number): Promise<void> {
  const { experiment, log, progress, signal } = training;
  const { steps, logEvery, checkpointEvery, ahead } = experiment.config.training;
  let group = 1;
  for (let done = from; done < steps; ) {
    if (signal?.aborted) await stop(training);
    const count = Math.min(group, untilBoundary(training, done));
    const start = performance.now();
    const last = (await take(training, count)).at(-1)!;
    const each = (performance.now() - start) / count;
    group = Math.min(Math.ceil(ahead / 2), Math.max(1, Math.floor(callTime / each)));
    done += count;
    progress({ kind: 'step', stage: 'train', done, of: steps, loss: log.loss });
    if (done % logEvery === 0 || done === steps) await write(training, last);
    if (done % checkpointEvery === 0 || done === steps) await save(training);
  }
}
