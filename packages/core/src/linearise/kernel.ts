/**
 * Draws from Gaussian kernels N(m, L Lᵀ) and the score of the kernel at the draw.
 *
 *     y = m ± L z,    target g = ∇log q(y) = ∓L⁻ᵀ z
 *
 * The target is one back-substitution from z, never Σ⁻¹(y − m): the difference would lose the digits. A coordinate without noise (L_jj = 0) has target 0.
 */
import type { Batch, GaussianKernel } from '../contracts/index.js';
import { rootOperators } from '../structures/table.js';

/** out [n, d] = mean + sign · L z, z [n·d]. */
export const drawFromKernel = (kernel: GaussianKernel, z: Float64Array, sign: 1 | -1, out: Batch): void => {
  const { mean, root } = kernel;
  const { n, d } = mean;
  const { length, times } = rootOperators(kernel, d);
  for (let i = 0; i < n; i++) times(root, i * length, z, i * d, sign, out.data, i * d);
  for (let k = 0; k < n * d; k++) out.data[k]! += mean.data[k]!;
};

/** out [n, d] = −sign · L⁻ᵀ z, z [n·d]: the kernel's score at the draw of the same z and sign. */
export const kernelTarget = (kernel: GaussianKernel, z: Float64Array, sign: 1 | -1, out: Batch): void => {
  const { root } = kernel;
  const { n, d } = kernel.mean;
  const { length, solveTransposed } = rootOperators(kernel, d);
  for (let i = 0; i < n; i++) solveTransposed(root, i * length, z, i * d, -sign, out.data, i * d);
};
