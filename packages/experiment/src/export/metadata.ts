/**
 * What an exported file says of itself: words by name, the same in both formats, enough to use the score without this library.
 */
import { derivedCapabilities, noiseRangeOf } from '@fokker/core';
import type { Run } from '../run/run.js';
import type { TrainedNetwork } from '../run/score.js';

const featureText = (run: Run): Record<string, string> => {
  const { sde } = run.experiment;
  return {
    features:
      sde.features === undefined || derivedCapabilities(sde).has('features')
        ? 'the drift f(y, t) of the process, in its own units'
        : 'the features φ(y, t) that the process states, in their own units',
  };
};

/** Coordinates that the noise reaches: the score is zero along the others. */
const rangeText = (run: Run): string => {
  const range = noiseRangeOf(run.experiment.sde);
  return range.basis === 'coordinates' ? JSON.stringify(range.coordinates) : `a subspace of dimension ${range.rank}`;
};

/** `features`: whether the network is shown any. */
export const exportMetadata = (run: Run, network: TrainedNetwork, features: boolean): Record<string, string> => {
  const { model, step } = network;
  const { config, sde, versions } = run.experiment;
  const { id, ...parameters } = config.process;
  return {
    quantity: 'score: the gradient of log p_t in y, along the coordinates that the noise reaches',
    process: id,
    parameters: JSON.stringify(parameters),
    start: String(sde.span.t0),
    horizon: String(sde.span.T),
    dimension: String(sde.dim),
    noise: rangeText(run),
    ...(features ? featureText(run) : {}),
    objective: config.objective.id,
    model: JSON.stringify(config.model),
    kind: model.kind,
    weights: 'moving average',
    step: String(step),
    seed: String(config.seed),
    versions: JSON.stringify(versions),
  };
};
