/** Names the operation a backend lacks: tfjs reports a missing kernel in words alone. */
import { fail } from '@fokker/core';
import type { EagerBackend } from './backends/backend.js';

const pattern = /Kernel '(\w+)' not registered/;

export const explainMissingKernel = <T>(backend: EagerBackend, work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    const kernel = cause instanceof Error ? pattern.exec(cause.message)?.[1] : undefined;
    if (kernel === undefined) throw cause;
    return fail('E_DEVICE', {
      summary: `the device '${backend.name}' cannot compute this network`,
      got: `the operation ${kernel}, which it lacks`,
      expected: 'operations it has a kernel for',
      tryThis: [
        'training.device: cpu',
        'training.device: tensorflow (npm install @tensorflow/tfjs-node@4 --ignore-scripts=false)',
      ],
      cause,
    });
  }
};
