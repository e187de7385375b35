/**
 * The network of an experiment once its objective is prepared: the model in the shape of the process, the loss in tensors, the batches of arrays that feed both.
 */
import {
  type DeviceBatch,
  deviceBatch,
  type Key,
  type NamedArray,
  type NetworkInputs,
  networkInputs,
  noiseRangeOf,
  type OptimiserSpec,
  type Prepared,
  type Problem,
  type ScoreModel,
  type TargetSource,
  type TrainingStep,
} from '@fokker/core';
import { importance, trainingLoss, withBaseline } from '@fokker/runtime';
import type { Experiment } from '../composition/experiment.js';
import { importanceOf, warp } from './emphasis.js';

export interface Network {
  readonly model: ScoreModel;
  readonly inputs: NetworkInputs;
}

export function networkOf(experiment: Experiment, prepared: Prepared): Network {
  const { sde, model } = experiment;
  const { scales } = prepared;
  const range = noiseRangeOf(sde);
  const context = {
    dim: sde.dim,
    featureDim: scales.features?.length ?? 0,
    outputDim: range.rank,
    range,
    timeless: sde.timeless === true,
  };
  const network = withBaseline(model.definition.create(model.options, context));
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
  rowsPerSample: experiment.objective.instance.rowsPerSample,
  loss: trainingLoss(experiment.objective.instance, model),
  optimiser: optimiserOf(experiment),
});

/** What the device gets, and the times of its rows. */
export interface TrainingBatch extends DeviceBatch {
  readonly t: Float64Array;
}

/** What the losses of the rows were multiplied by, where times follow losses. */
export const importanceIn = ({ arrays }: TrainingBatch): Float64Array | undefined => arrays[importance]?.data;

/** Batch k, a pure function of k and the probabilities of its times where these follow losses. */
export type MakeBatch = (k: number, probabilities?: readonly number[]) => TrainingBatch;

/** All arrays of a batch; some may be one. */
export const arraysOf = ({ t, arrays }: TrainingBatch): readonly NamedArray['data'][] => [
  t,
  ...Object.values(arrays).map(({ data }) => data),
];

/** The problem with its times bent towards the probabilities that are set last. */
function bendable(problem: Problem) {
  if (problem.kind === 'density') return { problem, bend: () => undefined };
  let probabilities: readonly number[] | undefined;
  const { time } = problem.times;
  const times = { time: (u: number) => time(probabilities === undefined ? u : warp(probabilities, u)) };
  const bend = (to: readonly number[] | undefined): void => {
    probabilities = to;
  };
  return { problem: { ...problem, times }, bend };
}

/** Batch k holds samples k·c … k·c + c − 1 of the source under `key`. */
export function createBatches(experiment: Experiment, prepared: Prepared, key: Key): MakeBatch {
  const { objective, config, sde } = experiment;
  const { problem, bend } = bendable(experiment.problem);
  const source: TargetSource = objective.instance.source(problem, prepared, key);
  const { inputs } = networkOf(experiment, prepared);
  const range = noiseRangeOf(sde);
  const count = config.training.batch / objective.instance.rowsPerSample;
  return (k, probabilities) => {
    bend(probabilities);
    const targets = source.targets({ first: k * count, count });
    const t = targets.arrays.t.data;
    const { n, arrays } = deviceBatch(targets, inputs, range);
    if (probabilities === undefined || experiment.problem.kind === 'density') return { n, arrays, t };
    const factor: NamedArray = { data: importanceOf(experiment.problem.times, probabilities, t), shape: [] };
    return { n, arrays: { ...arrays, [importance]: factor }, t };
  };
}

/** Samples drawn by `steps` steps of training. */
export const samplesAfter = ({ config, objective }: Experiment, steps: number): number =>
  (steps * config.training.batch) / objective.instance.rowsPerSample;
