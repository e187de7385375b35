/**
 * The score of a run: the averaged parameters of a checkpoint on a device, as a field on float64 batches.
 */
import { type Device, networkField, type Params, type ScoreField, type ScoreModel } from '@fokker/core';
import { openDevice } from '@fokker/runtime';
import { networkOf } from '../training/network.js';
import { readCheckpoint } from './checkpoint.js';
import type { Run } from './run.js';

export interface OpenScore {
  readonly field: ScoreField;
  readonly step: number;
  readonly device: Device;
  close(): void;
}

export interface ScoreOptions {
  readonly device?: string | undefined;
  /** Parameters to use: their moving average (default) or as they are. */
  readonly weights?: 'ema' | 'model' | undefined;
}

export interface TrainedNetwork {
  readonly model: ScoreModel;
  readonly params: Params;
  /** Of the checkpoint. */
  readonly step: number;
}

/** The network of a run as it was last saved. */
export async function trainedNetwork(run: Run, weights: 'ema' | 'model' = 'ema'): Promise<TrainedNetwork> {
  const { experiment, prepared, paths, steps } = run;
  const { model } = networkOf(experiment, prepared);
  const { layout } = model.init(experiment.key.at('init'));
  const step = steps.at(-1)!;
  const { state } = await readCheckpoint(paths, step, layout);
  return { model, params: { layout, data: weights === 'ema' ? state.ema : state.params }, step };
}

export async function openScore(run: Run, { device: id, weights }: ScoreOptions = {}): Promise<OpenScore> {
  const { experiment, prepared } = run;
  const { model, params, step } = await trainedNetwork(run, weights);
  const device = await openDevice(id ?? experiment.config.training.device);
  const forward = await device.forward((tensors, inputs) => model.apply(tensors, inputs), params);
  return {
    field: networkField(experiment.sde, prepared.scales, forward, model.kind),
    step,
    device,
    close() {
      forward.dispose();
      device.dispose();
    },
  };
}
