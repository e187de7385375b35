/** The worker's side of `target-stream.ts`: the experiment from its resolved configuration, then one batch for every index asked. */
import { parentPort, workerData } from 'node:worker_threads';
import { isFokkerError, keyFromWords } from '@fokker/core';
import { openExperiment } from '../composition/experiment.js';
import { createBatches, type TrainingBatch } from './network.js';
import type { CodedError, WorkerAnswer, WorkerTask } from './target-stream.js';

const coded = (error: unknown): CodedError | string => {
  if (!isFokkerError(error)) return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const { code, got, expected, tryThis, where } = error;
  return { code, summary: error.message.slice(code.length).trim(), got, expected, tryThis, where };
};

const buffersOf = (batch: TrainingBatch): ArrayBuffer[] => {
  const arrays = [batch.t, ...Object.values(batch.arrays).map(({ data }) => data)];
  return [...new Set(arrays.map(({ buffer }) => buffer))].filter((buffer) => buffer instanceof ArrayBuffer);
};

const start = async ({ config, prepared, key }: WorkerTask): Promise<(k: number) => TrainingBatch> =>
  createBatches(await openExperiment(config), prepared, keyFromWords(key));

const batches = start(workerData as WorkerTask);
batches.catch(() => undefined); // every request reports it

parentPort?.on('message', async (k: number) => {
  const answer = (message: WorkerAnswer, buffers: ArrayBuffer[] = []): void =>
    parentPort?.postMessage(message, buffers);
  try {
    const batch = (await batches)(k);
    answer({ k, batch }, buffersOf(batch));
  } catch (error) {
    answer({ k, error: coded(error) });
  }
});
