/** Every kernel that can be compiled, by its tfjs name. */
import { comparisonKernels } from './comparisons.js';
import { convolutionKernels } from './convolutions.js';
import { elementwiseKernels } from './elementwise.js';
import { gatherKernels } from './gathers.js';
import { imageKernels } from './images.js';
import type { Kernels } from './kernel.js';
import { productKernels } from './products.js';
import { reductionKernels } from './reductions.js';
import { shapeKernels } from './shapes.js';

export const kernels: Kernels = {
  ...elementwiseKernels,
  ...comparisonKernels,
  ...reductionKernels,
  ...shapeKernels,
  ...productKernels,
  ...convolutionKernels,
  ...imageKernels,
  ...gatherKernels,
};
