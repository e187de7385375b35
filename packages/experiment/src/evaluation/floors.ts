/**
 * Floors: what each distance gives between two independent simulated samples of the size used, the mean over pairs. Nothing can be closer than that to the process.
 *
 * A pure function of (experiment, task), so that a worker may compute it while the main thread samples; `floors-worker.ts` is its other side.
 */
import { Worker } from 'node:worker_threads';
import { FokkerError, keyFromWords } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import type { Progress } from '../progress.js';
import { simulatePaths } from '../simulation/paths.js';
import { sampleMetrics } from './metric-set.js';

export interface FloorTask {
  readonly times: readonly number[];
  readonly n: number;
  readonly pairs: number;
  readonly key: readonly [number, number];
  /** Key of the metrics, that of the distances beside the floors. */
  readonly metricKey: readonly [number, number];
}
/** By time, then by metric. */
export type Floors = readonly (readonly number[])[];
export type FloorMessage = { readonly pair: number } | { readonly floors: Floors } | { readonly error: string };
export interface FloorWorkerData {
  readonly config: object;
  readonly task: FloorTask;
}

/** `onPair` is told how many pairs are done. */
export async function computeFloors(
  experiment: Experiment,
  { times, n, pairs, key, metricKey }: FloorTask,
  onPair: (done: number) => void,
  signal?: AbortSignal,
): Promise<Floors> {
  const metrics = sampleMetrics(experiment, keyFromWords(metricKey));
  const sums = times.map(() => new Array<number>(metrics.names.length).fill(0));
  for (let pair = 0; pair < pairs; pair++) {
    const draw = (side: string) =>
      simulatePaths(experiment, { n, times, key: keyFromWords(key).at(side, pair), signal });
    const [a, b] = [await draw('a'), await draw('b')];
    times.forEach((_, k) => {
      metrics.distances(a[k]!.y, b[k]!.y).forEach((value, j) => {
        sums[k]![j]! += value;
      });
    });
    onPair(pair + 1);
  }
  return sums.map((row) => row.map((sum) => sum / pairs));
}

const died = (got: string): FokkerError =>
  new FokkerError('E_WORKER', {
    summary: 'the worker that computes floors died',
    got,
    expected: 'the floors of the distances',
    tryThis: ['training.workers: 0  computes them in the main thread'],
  });
const stopped = (): FokkerError =>
  new FokkerError('E_INTERRUPTED', {
    summary: 'the evaluation stopped on request',
    got: 'an aborted signal',
    expected: 'time to finish',
    tryThis: ['run it again: the same seed gives the same numbers'],
  });

function inWorker(data: FloorWorkerData, onPair: (done: number) => void, signal: AbortSignal): Promise<Floors> {
  const worker = new Worker(new URL('./floors-worker.js', import.meta.url), { workerData: data });
  return new Promise<Floors>((resolve, reject) => {
    worker.on('message', (message: FloorMessage) => {
      if ('pair' in message) onPair(message.pair);
      else if ('floors' in message) resolve(message.floors);
      else reject(died(message.error));
    });
    worker.on('error', (error) => reject(died(error instanceof Error ? error.message : String(error))));
    worker.on('exit', (code) => reject(died(`exit code ${code}`)));
    signal.addEventListener('abort', () => reject(stopped()), { once: true });
  }).finally(() => worker.terminate());
}

/** In a worker where the experiment can be rebuilt there and workers are allowed, else here. */
export function startFloors(
  experiment: Experiment,
  task: FloorTask,
  progress: Progress,
  signal: AbortSignal,
): Promise<Floors> {
  const onPair = (done: number): void => progress({ kind: 'step', stage: 'floors', done, of: task.pairs });
  const here = experiment.inline.length > 0 || experiment.config.training.workers === 0;
  return here
    ? computeFloors(experiment, task, onPair, signal)
    : inWorker({ config: experiment.config, task }, onPair, signal);
}
