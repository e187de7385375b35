/**
 * Floors: what each distance gives between two independent simulated samples of the size used, the mean over pairs. Nothing can be closer than that to the process.
 *
 * The distances of a pair are a pure function of (experiment, task, pair): several threads may share the pairs (`helper.ts`).
 */
import { keyFromWords } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
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

/** The pairs of a task that nobody has begun, shared between threads. */
export type Claims = Int32Array;
export const openClaims = (): Claims => new Int32Array(new SharedArrayBuffer(4));

/** Takes pairs until none is left, by claims; `onPair` gets the distances of each. */
export async function measurePairs(
  experiment: Experiment,
  { times, n, pairs, key, metricKey }: FloorTask,
  claims: Claims,
  onPair: (pair: number, distances: Floors) => void,
  signal?: AbortSignal,
): Promise<void> {
  const metrics = sampleMetrics(experiment, keyFromWords(metricKey));
  for (let pair = Atomics.add(claims, 0, 1); pair < pairs; pair = Atomics.add(claims, 0, 1)) {
    const draw = (side: string) =>
      simulatePaths(experiment, { n, times, key: keyFromWords(key).at(side, pair), signal });
    const [a, b] = [await draw('a'), await draw('b')];
    onPair(
      pair,
      times.map((_, k) => metrics.distances(a[k]!.y, b[k]!.y)),
    );
  }
}

/** The mean over pairs, added up in their order, whoever measured them. */
export const meanOf = (pairs: readonly Floors[]): Floors =>
  pairs[0]!.map((row, k) => row.map((_, j) => pairs.reduce((sum, pair) => sum + pair[k]![j]!, 0) / pairs.length));
