/**
 * The score of a run: the averaged parameters of a checkpoint on a device, as a field on float64 batches.
 */
import { type Device, networkField, type Params, type ScoreField, type ScoreModel } from '@fokker/core';
import { networkPrograms } from '@fokker/runtime';
import type { Progress } from '../progress.js';
import { networkOf } from '../training/network.js';
import { readCheckpoint, type TrainedOn } from './checkpoint.js';
import { openConfigured } from './device.js';
import type { Run } from './run.js';

export interface OpenScore {
  readonly field: ScoreField;
  readonly step: number;
  readonly device: Device;
  /** The device the parameters were trained on, where the checkpoint says. */
  readonly trainedOn: TrainedOn | undefined;
  close(): void;
}

export interface ScoreOptions {
  readonly device?: string | undefined;
  /** Parameters to use: their moving average (default) or as they are. */
  readonly weights?: 'ema' | 'model' | undefined;
  readonly progress?: Progress | undefined;
  /** Threads of the device where the configuration leaves them open. */
  readonly threads?: number | undefined;
}

/** What is asked, beside what is computed, wherever random numbers are drawn with the score of a run. */
export interface DrawOptions extends Omit<ScoreOptions, 'threads'> {
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TrainedNetwork {
  readonly model: ScoreModel;
  readonly params: Params;
  /** Of the checkpoint. */
  readonly step: number;
  readonly trainedOn: TrainedOn | undefined;
}

/** What a trained network is read from. */
export type Trained = Pick<Run, 'experiment' | 'prepared' | 'paths' | 'steps'>;

/** The network of a run as it was last saved. */
export async function trainedNetwork(run: Trained, weights: 'ema' | 'model' = 'ema'): Promise<TrainedNetwork> {
  const { experiment, prepared, paths, steps } = run;
  const { model } = networkOf(experiment, prepared);
  const { layout } = model.init(experiment.key.at('init'));
  const step = steps.at(-1)!;
  const { state, device: trainedOn } = await readCheckpoint(paths, step, layout);
  return { model, params: { layout, data: weights === 'ema' ? state.ema : state.params }, step, trainedOn };
}

export async function openScore(
  run: Trained,
  { device: id, weights, progress, threads }: ScoreOptions = {},
): Promise<OpenScore> {
  const { experiment, prepared } = run;
  const { model, params, step, trainedOn } = await trainedNetwork(run, weights);
  const device = await openConfigured(experiment, id, progress, threads);
  const programs = networkPrograms(device, model, params);
  return {
    field: networkField(experiment.sde, prepared.scales, programs),
    step,
    device,
    trainedOn,
    close() {
      programs.dispose();
      device.dispose();
    },
  };
}
