/** Σ = L Lᵀ of one row of a kernel, in full, whatever the structure of its root. */
import type { GaussianKernel } from '../contracts/matrix.js';
import { rootSpread } from '../structures/operators.js';
import { rootOperators } from '../structures/table.js';

/** [d·d] row-major. */
export const kernelCovariance = (kernel: GaussianKernel, row = 0): Float64Array => {
  const { d } = kernel.mean;
  const operators = rootOperators(kernel, d);
  const L = new Float64Array(d * d);
  rootSpread(operators, d)(kernel.root, row * operators.length, L, 0);
  const Sigma = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) for (let k = 0; k < d; k++) Sigma[i * d + j]! += L[i * d + k]! * L[j * d + k]!;
  }
  return Sigma;
};
