/** The worker's side of `target-stream.ts`: the experiment from its resolved configuration, then one batch for every index asked. */
import { parentPort, workerData } from 'node:worker_threads';
import { keyFromWords } from '@fokker/core';
import { openExperiment } from '../composition/experiment.js';
import { sendable } from '../workers/coded-error.js';
import { arraysOf, createBatches, type MakeBatch, type TrainingBatch } from './network.js';
import type { BatchRequest, WorkerAnswer, WorkerTask } from './target-stream.js';

const buffersOf = (batch: TrainingBatch): ArrayBuffer[] =>
  [...new Set(arraysOf(batch).map(({ buffer }) => buffer))].filter((buffer) => buffer instanceof ArrayBuffer);

const start = async ({ config, prepared, key }: WorkerTask): Promise<MakeBatch> =>
  createBatches(await openExperiment(config), prepared, keyFromWords(key));

const batches = start(workerData as WorkerTask);
batches.catch(() => undefined); // every request reports it

parentPort?.on('message', async ({ k, probabilities }: BatchRequest) => {
  const answer = (message: WorkerAnswer, buffers: ArrayBuffer[] = []): void =>
    parentPort?.postMessage(message, buffers);
  try {
    const batch = (await batches)(k, probabilities);
    answer({ k, batch }, buffersOf(batch));
  } catch (error) {
    answer({ k, error: sendable(error) });
  }
});
