/** The worker's side of `helper.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { keyFromWords } from '@fokker/core';
import { type Experiment, openExperiment } from '../composition/experiment.js';
import { openScore } from '../run/score.js';
import { sendable } from '../workers/coded-error.js';
import { measurePairs } from './floors.js';
import type { FlowTask, HelperMessage, HelperTask } from './helper.js';
import { forwardFlow, type MethodSamples } from './methods.js';

const tell = (message: HelperMessage): void => parentPort?.postMessage(message);

async function flowOf(experiment: Experiment, { prepared, paths, steps, device, key, ...task }: FlowTask) {
  const score = await openScore({ experiment, prepared, paths, steps }, { device });
  try {
    const progress = (event: Extract<HelperMessage, { about: 'progress' }>['event']): void =>
      tell({ about: 'progress', event });
    const flow: MethodSamples = await forwardFlow({
      ...task,
      experiment,
      score: score.field,
      key: keyFromWords(key),
      progress,
      signal: undefined,
    });
    tell({ about: 'flow', flow });
  } finally {
    score.close();
  }
}

const { config, floors, claims, flow } = workerData as HelperTask;
try {
  const experiment = await openExperiment(config);
  if (flow !== undefined) await flowOf(experiment, flow);
  await measurePairs(experiment, floors, claims, (pair, distances) => tell({ about: 'pair', pair, distances }));
} catch (error) {
  tell({ about: 'error', error: sendable(error) });
}
