/**
 * The linearised kernel for a full J or Q: series and doubling for the mean and, with constant G, for Σ and its Cholesky root; square-root quadrature where G depends
 * on time. Structures that do not meet are spread out to dense first. d³ a sample, so no further than d = 512: E_CAPABILITY.
 */
import type { Batch } from '../contracts/index.js';
import { fail } from '../errors.js';
import { createLinearFlow } from '../numerics/covariance.js';
import { checkRoot, createRootOf } from '../numerics/covariance-root.js';
import { createCovarianceRoot } from '../numerics/quadrature.js';
import { matrixSpread } from '../structures/operators.js';
import { matrixOperators, noiseOperators } from '../structures/table.js';
import type { KernelFill, LinearisationWay, LinearisedProcess } from './linearised-process.js';

const largestDimension = 512;

export const dense: LinearisationWay = (process) => {
  const { dim, jacobian, diffusion } = process;
  if (dim <= largestDimension) return { form: { structure: 'dense' }, fill: createDenseFill(process) };
  return fail('E_CAPABILITY', {
    summary: 'this process is too large to be linearised in full',
    got: `dimension ${dim}, a Jacobian that is ${jacobian.structure} and noise that is ${diffusion.structure}: d³ a sample`,
    expected: `at most ${largestDimension} dimensions, or structures that go together`,
    tryThis: [
      'state the structure of the Jacobian: diagonalJacobian, lowRankJacobian, kroneckerJacobian, blockJacobian',
      'actionJacobian, where only products J w are to be had',
      'an objective that needs samples only',
    ],
  });
};

export const createDenseFill = ({ dim: d, diffusion, jacobian, t0 }: LinearisedProcess): KernelFill => {
  const m = diffusion.noiseDim;
  const timed = diffusion.dependsOn === 'time';
  const Q = new Float64Array(d * d);
  const noise = noiseOperators(diffusion);
  const entries = new Float64Array(noise.length);
  const operators = matrixOperators(jacobian, d);
  const spreadJ = matrixSpread(operators, d);
  const full = new Float64Array(jacobian.structure === 'dense' ? 0 : d * d);
  const flow = createLinearFlow(d);
  const rootOf = createRootOf(d, m);
  const quadratureRoot = createCovarianceRoot(d, m);
  let start = t0;
  const fillG = (u: number, G: Float64Array): void => {
    if (timed) diffusion.entries(start + u, entries);
    noise.spread(entries, G);
  };
  if (!timed) {
    diffusion.entries(t0, entries);
    noise.spreadQ(entries, Q);
  }

  return (ys, f, J, a, s, lag, mean, root) => {
    for (let i = 0; i < ys.n; i++) {
      let block = J;
      let at = i * d * d;
      if (full.length > 0) {
        spreadJ(J, i * operators.length, full, 0);
        block = full;
        at = 0;
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
