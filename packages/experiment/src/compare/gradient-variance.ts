/**
 * How noisy the gradient of a trained network is, by time band: the trace of the covariance of one row's gradient,
 *
 *     tr Cov = n/(M − 1) Σ_m ‖g_m − ḡ‖²,     g_m the mean gradient of minibatch m of n rows whose times lie in the band, m = 1 … M
 *
 * A step of descent at rate zero leaves the parameters, and the gradient in the slot `velocity`. Rows of a sample count as rows: at equal work, antithetic pairs
 * show their worth.
 */
import type { Device, Params, Prepared } from '@fokker/core';
import { initialState } from '@fokker/runtime';
import type { Experiment } from '../composition/experiment.js';
import { createBatches, networkOf, trainingStep } from '../training/network.js';
import type { Band } from './summary.js';

const batches = 8;

/** A step that moves nothing and leaves the gradient itself in its slot. */
const still = { id: 'sgd', learningRate: 0, momentum: 0, clip: Number.POSITIVE_INFINITY } as const;

/** The experiment looking, uniformly, at times of the band that was set last. One for all bands, so that paths are simulated once. */
const watching = (experiment: Experiment) => {
  const { problem } = experiment;
  let band: Band = { from: 0, to: 0 };
  const look = (at: Band): void => {
    band = at;
  };
  if (problem.kind === 'density') return { experiment, look };
  const times = { time: (u: number) => band.from + u * (band.to - band.from) };
  return { experiment: { ...experiment, problem: { ...problem, times } }, look };
};

/** One band for a density; otherwise `count` of equal width over the training times. */
export function bandsOf({ sde }: Experiment, count: number): Band[] {
  const from = Math.max(sde.span.t0, sde.cutoff.train);
  if (sde.timeless === true) return [{ from: sde.span.t0, to: sde.span.t0 }];
  const width = (sde.span.T - from) / count;
  return Array.from({ length: count }, (_, b) => ({ from: from + b * width, to: from + (b + 1) * width }));
}

/** tr Cov of each band. */
export async function gradientVariances(
  experiment: Experiment,
  prepared: Prepared,
  device: Device,
  params: Params,
  bands: readonly Band[],
): Promise<readonly (Band & { readonly variance: number })[]> {
  const network = networkOf(experiment, prepared);
  const step = trainingStep(experiment, network, params.layout);
  const optimiser = { ...step.optimiser, ...still };
  const program = await device.compile({ ...step, optimiser }, initialState(params, optimiser));
  const found: (Band & { variance: number })[] = [];
  const { experiment: watched, look } = watching(experiment);
  const make = createBatches(watched, prepared, experiment.key.at('gradient-variance'));
  try {
    for (const band of bands) {
      look(band);
      const gradients: Float32Array[] = [];
      for (let m = 0; m < batches; m++) {
        await program.run([make(m)]);
        gradients.push((await program.state()).slots.velocity!.slice());
      }
      found.push({ ...band, variance: experiment.config.training.batch * scatterOf(gradients) });
    }
  } finally {
    program.dispose();
  }
  return found;
}

/** Σ ‖g_m − ḡ‖²/(M − 1) */
function scatterOf(gradients: readonly Float32Array[]): number {
  const count = gradients.length;
  const mean = new Float64Array(gradients[0]!.length);
  for (const g of gradients) for (let k = 0; k < mean.length; k++) mean[k]! += g[k]! / count;
  let square = 0;
  for (const g of gradients) for (let k = 0; k < mean.length; k++) square += (g[k]! - mean[k]!) ** 2;
  return square / (count - 1);
}
