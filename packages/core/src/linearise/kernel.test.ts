import { describe, expect, test } from 'vitest';
import { type GaussianKernel, zeros } from '../contracts/index.js';
import '../testing/vitest.js';
import { drawFromKernel, kernelTarget } from './kernel.js';

const mean = { data: Float64Array.of(1, 2, 3, 4), n: 2, d: 2 };
const kernels: Record<string, { kernel: GaussianKernel; L: number[][][] }> = {
  scalar: {
    kernel: { mean, structure: 'scalar', root: Float64Array.of(0.5, 2) },
    L: [
      [
        [0.5, 0],
        [0, 0.5],
      ],
      [
        [2, 0],
        [0, 2],
      ],
    ],
  },
  diagonal: {
    kernel: { mean, structure: 'diagonal', root: Float64Array.of(0.5, 2, 3, 4) },
    L: [
      [
        [0.5, 0],
        [0, 2],
      ],
      [
        [3, 0],
        [0, 4],
      ],
    ],
  },
  dense: {
    kernel: { mean, structure: 'dense', root: Float64Array.of(0.5, 0, 1, 2, 3, 0, -1, 4) },
    L: [
      [
        [0.5, 0],
        [1, 2],
      ],
      [
        [3, 0],
        [-1, 4],
      ],
    ],
  },
};
const z = Float64Array.of(0.3, -0.7, 1.1, 0.2);

describe.each(Object.entries(kernels))('%s kernel', (_name, { kernel, L }) => {
  test.each([1, -1] as const)('y = m + %i L z, and Lᵀ g = ∓z', (sign) => {
    const [y, target] = [zeros(2, 2), zeros(2, 2)];
    drawFromKernel(kernel, z, sign, y);
    kernelTarget(kernel, z, sign, target);
    for (let i = 0; i < 2; i++) {
      const [[a], [b, c]] = L[i] as [[number, number], [number, number]];
      const [z0, z1] = [z[2 * i]!, z[2 * i + 1]!];
      expect(y.data.subarray(2 * i, 2 * i + 2)).toBeAllClose(
        [mean.data[2 * i]! + sign * a * z0, mean.data[2 * i + 1]! + sign * (b * z0 + c * z1)],
        { rtol: 1e-15 },
      );
      const [g0, g1] = [target.data[2 * i]!, target.data[2 * i + 1]!];
      expect([a * g0 + b * g1, c * g1]).toBeAllClose([-sign * z0, -sign * z1], { atol: 1e-15 });
    }
  });
});
