/**
 * Linearise, draw and target from given states of a Gaussian-mixture prior:
 *
 *     d = 3072, K = 10   against the drawing of one array of normals of that shape; above 0.01 is under a hundred times as long
 *     d = 64, K = 10     low rank against the same mixture with its covariances in full
 */
import { createLineariser, drawFromKernel, fillNormal, kernelTarget, rootKey, zeros } from '@fokker/core';
import { mogPrior } from '@fokker/sde-plugins';
import { race } from '../measure.js';

const K = 10;
const n = 32;

const components = (d, spread) =>
  Array.from({ length: K }, (_, k) => ({
    mean: Array.from({ length: d }, (_, j) => Math.sin(0.01 * j * (k + 1) + k)),
    ...spread,
  }));
const diagonal = (d, variance) =>
  Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => (i === j ? variance : 0)));

/** One batch of kernels, states and targets at t = 0.5. */
function batchOf(d, spread) {
  const sde = mogPrior.create(mogPrior.parameters.parse({ components: components(d, spread) }));
  const lineariser = createLineariser(sde);
  const [ys, y, target] = [zeros(n, d), zeros(n, d), zeros(n, d)];
  const z = new Float64Array(n * d);
  sde.prior.sample(rootKey(1), 0, ys);
  fillNormal(rootKey(2), 0, n, d, z);
  const [s, t] = [new Float64Array(n).fill(0.49), new Float64Array(n).fill(0.5)];
  return () => {
    const kernel = lineariser.kernel(ys, s, t);
    drawFromKernel(kernel, z, 1, y);
    kernelTarget(kernel, z, 1, target);
  };
}

export async function linearise() {
  const normals = new Float64Array(n * 3072);
  const image = {
    ours: batchOf(3072, { std: 0.5 }),
    peer: () => fillNormal(rootKey(3), 0, n, 3072, normals),
  };
  const small = {
    ours: batchOf(64, { std: 0.5 }),
    peer: batchOf(64, { covariance: diagonal(64, 0.25) }),
  };
  const row = { device: 'float64', threads: 1 };
  return [
    {
      workload: 'linearise, mixture, d = 3072',
      ...row,
      peer: 'normals of the same shape',
      ...(await race({ ...image, warmups: 5 })),
    },
    {
      workload: 'linearise, mixture, d = 64',
      ...row,
      peer: 'the same by the dense path',
      ...(await race({ ...small, rounds: 5, warmups: 1 })),
    },
  ];
}
