import { describe, expect, test } from 'vitest';
import type { Batch, GaussianKernel, NoiseRange, Sde } from '../contracts/index.js';
import { zeros } from '../contracts/index.js';
import { constantNoise, fillNormal, rootKey } from '../numerics/index.js';
import { kernelNoiseVariance, kernelPilotRows, pilotRows, pilotScales, scaleTimes } from './scales.js';

const key = rootKey(3);
const both: NoiseRange = { rank: 2, basis: 'coordinates', coordinates: [0, 1] };
const second: NoiseRange = { rank: 1, basis: 'coordinates', coordinates: [1] };
const diagonalLine: NoiseRange = { rank: 1, basis: Float64Array.of(Math.SQRT1_2, Math.SQRT1_2) };
const kernel = (structure: 'scalar' | 'diagonal' | 'dense', root: number[]): GaussianKernel => ({
  mean: zeros(2, 2),
  structure,
  root: Float64Array.from(root),
});

test('pilots of dense kernels are smaller in many dimensions, others are not', () => {
  expect([2, 12, 32, 512].map((d) => kernelPilotRows({ structure: 'dense' }, d))).toEqual([2048, 2048, 128, 64]);
  expect(kernelPilotRows({ structure: 'diagonal' }, 784)).toBe(pilotRows);
});

describe('σ̄² of a kernel is the mean of tr(Bᵀ L Lᵀ B)/r', () => {
  const dense = kernel('dense', [1, 0, 2, 3, 0, 0, 0, 1]); // Σ = [1 2; 2 13] and [0 0; 0 1]

  test('for each structure', () => {
    expect(kernelNoiseVariance(both, kernel('scalar', [2, 4]))).toBe(10);
    expect(kernelNoiseVariance(both, kernel('diagonal', [1, 2, 3, 4]))).toBe(30 / 4);
    expect(kernelNoiseVariance(both, dense)).toBe(15 / 4);
  });

  test('on part of the coordinates, and off them', () => {
    expect(kernelNoiseVariance(second, dense)).toBe(7);
    expect(kernelNoiseVariance(second, kernel('diagonal', [1, 2, 3, 4]))).toBe((4 + 16) / 2);
    expect(kernelNoiseVariance(diagonalLine, dense)).toBeCloseTo((0.5 * (1 + 2 * 2 + 13) + 0.5) / 2, 14);
    expect(kernelNoiseVariance(diagonalLine, kernel('diagonal', [1, 2, 3, 4]))).toBeCloseTo(30 / 4, 14);
    expect(kernelNoiseVariance(diagonalLine, kernel('scalar', [2, 4]))).toBeCloseTo(10, 14);
  });
});

/** A process whose pilot has states √t z₁ and 0, under a drift of size 2 and 0. */
const sde: Sde = {
  dim: 2,
  span: { t0: 0, T: 4 },
  cutoff: { train: 1e-4, sample: 1e-3 },
  drift(y, _, out) {
    for (let i = 0; i < y.n; i++) {
      out.data[2 * i] = 2 * Math.sign(y.data[2 * i]!);
      out.data[2 * i + 1] = 0;
    }
  },
  diffusion: constantNoise([[1], [0]]),
};
const draw = (t: number, under: ReturnType<typeof rootKey>): Batch => {
  const y = zeros(pilotRows, 2);
  fillNormal(under, 0, pilotRows, 2, y.data);
  for (let i = 0; i < pilotRows; i++) {
    y.data[2 * i]! *= Math.sqrt(t);
    y.data[2 * i + 1] = 0;
  }
  return y;
};

describe('network scales', () => {
  const scales = pilotScales(sde, draw, (t) => t, key);

  test('stand on a grid from the training cutoff to the horizon, fine near the start', () => {
    const times = scaleTimes(sde);
    expect(scales.t).toEqual(times);
    expect(times[0]).toBe(1e-4);
    expect(times.at(-1)).toBe(4);
    times.slice(1).forEach((t, j) => {
      expect(t).toBeGreaterThan(times[j]!);
    });
    expect(times.filter((t) => t < 0.1).length).toBeGreaterThan(15);
  });

  test('are the root mean squares of the pilot', () => {
    scales.t.forEach((t, j) => {
      expect(scales.noise[j]).toBeCloseTo(Math.sqrt(t), 12);
      // 4.5 standard errors of the root mean square of 2048 normals
      expect(Math.abs(scales.state[j]![0]! / Math.sqrt(t) - 1)).toBeLessThan(4.5 / Math.sqrt(2 * pilotRows));
    });
    expect(scales.features![0]).toBe(2);
  });

  test('keep away from zero what vanishes, at some time or always', () => {
    expect(scales.state.every(([, y]) => y === 1)).toBe(true);
    const late = pilotScales(
      sde,
      (t, k) => draw(Math.max(0, t - 2), k),
      () => 1,
      key,
    );
    const largest = Math.max(...late.state.map(([x]) => x!));
    expect(late.state[0]![0]).toBe(1e-3 * largest);
  });

  test('come without features for an affine process', () => {
    expect(pilotScales({ ...sde, affine: true }, draw, (t) => t, key).features).toBeUndefined();
  });

  test('refuse kernels without a size and states that are not numbers', () => {
    for (const variance of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => pilotScales(sde, draw, () => variance, key)).toThrow(
        expect.objectContaining({ code: 'E_NOT_FINITE' }),
      );
    }
    expect(() =>
      pilotScales(
        sde,
        (_, k) => draw(Number.NaN, k),
        () => 1,
        key,
      ),
    ).toThrow(expect.objectContaining({ code: 'E_NOT_FINITE' }));
  });
});
