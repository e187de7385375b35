/**
 * Draws from Gaussian kernels N(m, L Lᵀ) and the score of the kernel at the draw.
 *
 *     y = m ± L z,    target g = ∇log q(y) = ∓L⁻ᵀ z
 *
 * The target is one back-substitution from z, never Σ⁻¹(y − m): the difference would lose the digits. A coordinate without noise (L_jj = 0) has target 0.
 */
import type { Batch, GaussianKernel } from '../contracts/index.js';
import { lowerTimes, solveLowerTransposed } from '../numerics/triangular.js';

/** out [n, d] = mean + sign · L z, z [n·d]. */
export const drawFromKernel = (kernel: GaussianKernel, z: Float64Array, sign: 1 | -1, out: Batch): void => {
  const { mean, structure, root } = kernel;
  const { n, d } = mean;
  for (let i = 0; i < n; i++) {
    const at = i * d;
    if (structure === 'dense') {
      lowerTimes(d, root, at * d, z, at, sign, out.data, at);
      for (let j = 0; j < d; j++) out.data[at + j]! += mean.data[at + j]!;
    } else {
      for (let j = 0; j < d; j++) {
        const l = structure === 'scalar' ? root[i]! : root[at + j]!;
        out.data[at + j] = mean.data[at + j]! + sign * l * z[at + j]!;
      }
    }
  }
};

/** out [n, d] = −sign · L⁻ᵀ z, z [n·d]: the kernel's score at the draw of the same z and sign. */
export const kernelTarget = (kernel: GaussianKernel, z: Float64Array, sign: 1 | -1, out: Batch): void => {
  const { mean, structure, root } = kernel;
  const { n, d } = mean;
  for (let i = 0; i < n; i++) {
    const at = i * d;
    if (structure === 'dense') {
      solveLowerTransposed(d, root, at * d, z, at, -sign, out.data, at);
    } else {
      for (let j = 0; j < d; j++) {
        const l = structure === 'scalar' ? root[i]! : root[at + j]!;
        out.data[at + j] = l === 0 ? 0 : (-sign * z[at + j]!) / l;
      }
    }
  }
};
