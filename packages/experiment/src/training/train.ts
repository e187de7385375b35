/**
 * Training: targets from the stream, steps on the device, lines of metrics, checkpoints.
 *
 *     batch k → program → step k + 1 → log window → (every logEvery) metrics.jsonl → (every checkpointEvery) checkpoints/NNNNNN
 *
 * A run that is stopped and resumed equals the unbroken one bit for bit on the same device: batch k depends on k alone; the state and the open log window are in
 * the checkpoint. Throws E_INTERRUPTED after saving when the signal aborts, E_DIVERGED naming where loss or gradient left the finite numbers or the loss ran away, E_FILE when the disk
 * does not take it, E_RUN for a folder that is taken or in
 * which another training is at work.
 */
import { join } from 'node:path';
import { type Device, noiseRangeOf } from '@fokker/core';
import { initialState } from '@fokker/runtime';
import type { Experiment } from '../composition/experiment.js';
import { type Progress, silent } from '../progress.js';
import { type Checkpoint, checkpointSteps } from '../run/checkpoint.js';
import { openConfigured } from '../run/device.js';
import { type RunPaths, refuseTaken, runPaths } from '../run/folder.js';
import { holdRun } from '../run/hold.js';
import type { Run } from '../run/run.js';
import { createEmphasis, type Emphasis } from './emphasis.js';
import type { Bands } from './log-window.js';
import { trainingLoop } from './loop.js';
import { createLossGuard, zeroScoreLoss } from './loss-guard.js';
import { createMetricsLog } from './metrics-log.js';
import { createBatches, trainingStep } from './network.js';
import { type Start, startTraining } from './start.js';
import { openTargets } from './target-stream.js';

export interface TrainOptions {
  /** Run folder; `runs/<name or process>` by default. */
  readonly out?: string | undefined;
  readonly resume?: boolean | undefined;
  readonly device?: string | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Plugins given as objects cannot be loaded in a worker. */
function workersOf({ config, inline }: Experiment, progress: Progress): number {
  const { workers } = config.training;
  if (workers === 0 || inline.length === 0) return workers;
  const text = `plugins given as objects (${inline.join(', ')}) cannot be loaded in a worker: targets are prepared in the main thread`;
  progress({ kind: 'notice', text });
  return 0;
}

/** What a resume on another device says. */
const otherDevice = (checkpoint: Checkpoint | undefined, { id, description }: Device): string[] =>
  checkpoint?.device === undefined || checkpoint.device.id === id
    ? []
    : [
        `trained so far on ${checkpoint.device.description}, from here on ${description}: the same up to rounding, not bit for bit`,
      ];

/** Where the times follow the losses. */
const emphasisOf = ({ problem }: Experiment, from: number, checkpoint: Checkpoint | undefined): Emphasis | undefined =>
  problem.kind === 'process' && problem.times.history !== undefined
    ? createEmphasis(problem.times, problem.times.history, from, checkpoint?.emphasis)
    : undefined;

async function runTraining(
  experiment: Experiment,
  paths: RunPaths,
  start: Start,
  device: Device,
  options: TrainOptions,
) {
  const { progress = silent, signal } = options;
  const { config, sde, objective, key } = experiment;
  const { prepared, network, checkpoint, notices } = start;
  for (const text of [...notices, ...otherDevice(checkpoint, device)]) progress({ kind: 'notice', text });
  const { batch, steps, ahead, heldOut } = config.training;
  const initial = network.model.init(key.at('init'));
  const step = trainingStep(experiment, network, initial.layout);
  const state = checkpoint?.state ?? initialState(initial, step.optimiser);
  if (state.step >= steps) return;
  const program = await device.compile(step, state);
  const bands: Bands = { ...sde.span, count: config.training.bands };
  const makeHeldOut = createBatches(experiment, prepared, key.at('held-out'));
  const log = createMetricsLog({
    path: paths.metrics,
    bands,
    window: checkpoint?.window,
    device,
    step,
    heldOut: Array.from({ length: Math.ceil(heldOut / batch) }, (_, k) => makeHeldOut(k)),
    rowsPerSample: objective.instance.rowsPerSample,
    progress,
  });
  const emphasis = emphasisOf(experiment, state.step, checkpoint);
  const least = zeroScoreLoss(experiment.problem, prepared, noiseRangeOf(sde).rank);
  const guard = createLossGuard(config.training.divergence, least, checkpoint?.guard);
  const workers = workersOf(experiment, progress);
  const targets = {
    experiment,
    prepared,
    key: key.at('targets'),
    workers,
    from: state.step,
    to: steps,
    ahead,
    emphasis,
  };
  const stream = openTargets(targets);
  try {
    await trainingLoop(
      {
        experiment,
        paths,
        program,
        device: { id: device.id, description: device.description },
        stream,
        layout: initial.layout,
        bands,
        log,
        emphasis,
        guard,
        progress,
        signal,
      },
      state.step,
    );
  } finally {
    await stream.close();
    program.dispose();
  }
}

/** A name for people may hold anything; the folder stays inside runs/. */
const defaultFolder = ({ config }: Experiment): string => {
  const word = (config.name ?? config.process.id).replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '');
  return join('runs', word === '' ? 'run' : word);
};

/** The training itself, alone in its folder. */
async function trainHere(experiment: Experiment, paths: RunPaths, device: Device, options: TrainOptions) {
  const resuming = options.resume ?? false;
  if (!resuming) await refuseTaken(paths.directory);
  const release = await holdRun(paths.directory);
  try {
    const start = await startTraining(experiment, paths, resuming);
    await runTraining(experiment, paths, start, device, options);
    return start;
  } finally {
    await release();
  }
}

/** Trains into a run folder and gives the run back. */
export async function train(experiment: Experiment, options: TrainOptions = {}): Promise<Run> {
  const paths = runPaths(options.out ?? experiment.out ?? defaultFolder(experiment));
  const device = await openConfigured(experiment, options.device, options.progress);
  try {
    const start = await trainHere(experiment, paths, device, options);
    return {
      directory: paths.directory,
      paths,
      experiment,
      prepared: start.prepared,
      steps: await checkpointSteps(paths),
    };
  } finally {
    device.dispose();
  }
}
