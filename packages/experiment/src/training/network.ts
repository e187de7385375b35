/**
 * The network of an experiment once its objective is prepared: the model in the shape of the process, the loss in tensors, the batches of arrays that feed both.
 */
import {
  type Batch,
  type DeviceBatch,
  directionArrays,
  type Key,
  liftRange,
  type NamedArray,
  type NetworkInputs,
  networkInputs,
  noiseRangeOf,
  type OptimiserSpec,
  type Prepared,
  type ScoreModel,
  type TargetSource,
  type TrainingStep,
  zeros,
} from '@fokker/core';
import { tracedModel } from '@fokker/runtime';
import type { Experiment } from '../composition/experiment.js';

export interface Network {
  readonly model: ScoreModel;
  readonly inputs: NetworkInputs;
}

export function networkOf(experiment: Experiment, prepared: Prepared): Network {
  const { sde, model } = experiment;
  const { scales } = prepared;
  const range = noiseRangeOf(sde);
  const context = { dim: sde.dim, featureDim: scales.features?.length ?? 0, outputDim: range.rank, range };
  const network = model.definition.create(model.options, context);
  return { model: network, inputs: networkInputs(sde, scales, network.kind) };
}

export const optimiserOf = ({ config }: Experiment): OptimiserSpec => {
  const { clip, ...rest } = config.training.optimiser;
  return { ...rest, clip: clip === 'off' ? Number.POSITIVE_INFINITY : clip, steps: config.training.steps };
};

export const trainingStep = (
  experiment: Experiment,
  { model }: Network,
  layout: TrainingStep['layout'],
): TrainingStep => ({
  layout,
  loss: (params, batch) => experiment.objective.instance.perSample(tracedModel(model, params), batch),
  optimiser: optimiserOf(experiment),
});

/** What the device gets, and the times of its rows. */
export interface TrainingBatch extends DeviceBatch {
  readonly t: Float64Array;
}

/** All arrays of a batch; some may be one. */
export const arraysOf = ({ t, arrays }: TrainingBatch): readonly NamedArray['data'][] => [
  t,
  ...Object.values(arrays).map(({ data }) => data),
];

/** Batch k holds samples k·c … k·c + c − 1 of the source under `key`, a pure function of k. */
export function createBatches(experiment: Experiment, prepared: Prepared, key: Key): (k: number) => TrainingBatch {
  const { objective, problem, config, sde } = experiment;
  const source: TargetSource = objective.instance.source(problem, prepared, key);
  const { inputs } = networkOf(experiment, prepared);
  const range = noiseRangeOf(sde);
  const count = config.training.batch / objective.instance.rowsPerSample;
  return (k) => {
    const { n, arrays, directions = [] } = source.targets({ first: k * count, count });
    const y: Batch = { data: arrays.y.data, n, d: sde.dim };
    const t = arrays.t.data;
    const along = directions.map(({ data }, j) => {
      const v: Batch = { data, n, d: range.rank };
      const w = zeros(n, sde.dim);
      liftRange(range, v, w);
      return directionArrays(inputs, y, t, j, { v, w });
    });
    return { n, arrays: Object.assign({}, arrays, inputs.of(y, t), ...along), t };
  };
}

/** Samples drawn by `steps` steps of training. */
export const samplesAfter = ({ config, objective }: Experiment, steps: number): number =>
  (steps * config.training.batch) / objective.instance.rowsPerSample;
