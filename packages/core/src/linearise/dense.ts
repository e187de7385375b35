/**
 * The linearised kernel for a full J or Q: series and doubling for the mean and, with constant G, for Σ and its Cholesky root; square-root quadrature where G depends
 * on time. Structured J and G are spread out to dense first.
 */

import type { Batch } from '../contracts/index.js';
import { createLinearFlow } from '../numerics/covariance.js';
import { checkRoot, createRootOf } from '../numerics/covariance-root.js';
import { entriesLength, fillDenseG, fillQ } from '../numerics/noise.js';
import { createCovarianceRoot } from '../numerics/quadrature.js';
import type { KernelFill, LinearisedProcess } from './linearised-process.js';

export const createDenseFill = ({ dim: d, diffusion, jacobianStructure, t0 }: LinearisedProcess): KernelFill => {
  const m = diffusion.noiseDim;
  const timed = diffusion.dependsOn === 'time';
  const entries = new Float64Array(entriesLength(diffusion.structure, d, m));
  const Q = new Float64Array(d * d);
  const spread = new Float64Array(d * d);
  const flow = createLinearFlow(d);
  const rootOf = createRootOf(d, m);
  const quadratureRoot = createCovarianceRoot(d, m);
  let start = t0;
  const fillG = (u: number, G: Float64Array): void => {
    if (timed) diffusion.entries(start + u, entries);
    fillDenseG(diffusion, entries, G);
  };
  if (!timed) {
    diffusion.entries(t0, entries);
    fillQ(diffusion, entries, Q);
  }

  return (ys, f, J, a, s, lag, mean, root) => {
    for (let i = 0; i < ys.n; i++) {
      let block = J;
      let at = i * d * d;
      if (jacobianStructure !== 'dense') {
        block = spread;
        at = 0;
        for (let j = 0; j < d; j++) spread[j * d + j] = jacobianStructure === 'scalar' ? J[i]! : J[i * d + j]!;
      }
      const tau = lag[i]!;
      flow.run(block, at, Q, 0, f.data, isZero(a, i) ? undefined : a?.data, i * d, tau, mean.data, i * d);
      for (let k = i * d; k < (i + 1) * d; k++) mean.data[k]! += ys.data[k]!;
      if (timed) {
        start = s[i]!;
        quadratureRoot(block, at, tau, fillG, root, i * d * d);
        checkRoot(d, root, i * d * d, i);
      } else rootOf(flow.covariance, block, at, tau, fillG, root, i * d * d, i);
    }
  };
};

/** Is row i absent or zero? Adding zero changes no digit, so it may be left out. */
const isZero = (a: Batch | undefined, i: number): boolean => {
  if (a === undefined) return true;
  for (let k = i * a.d; k < (i + 1) * a.d; k++) if (a.data[k] !== 0) return false;
  return true;
};
