import { rootKey, zeros } from '@fokker/core';
import { assertAllClose, processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { cir } from './cir.js';
import { cirTransition } from './cir-transition.js';
import { gammaLaw } from './gamma-law.js';
import { averageOf, made, pathsOf } from './testing/paths.js';

const [kappa, theta] = [1, 1];
/** Mean and variance of Y_t from y₀. */
const moments = (y0: number, t: number, sigma: number): readonly [number, number] => {
  const e = Math.exp(-kappa * t);
  return [
    theta + (y0 - theta) * e,
    (y0 * sigma ** 2 * (e - e * e)) / kappa + (theta * sigma ** 2 * (1 - e) ** 2) / (2 * kappa),
  ];
};

describe('CIR', () => {
  test.each(processContract(cir, { dim: 2, kappa: 0.7, theta: 2, sigma: 1.2, horizon: 3 }))('$name', ({ run }) =>
    run(),
  );

  test.each([
    [0.5, 0.5, 0.4],
    [1.3, 1, 3],
    [0.5, 0.01, 2],
  ])('σ = %d, t = %d, y₀ = %d: the density has mass one and the known moments', (sigma, t, y0) => {
    const { logDensity } = cirTransition(kappa, theta, sigma);
    // In u = √y: 2u p(u²), which starts like u^{2a−1}, a = 2κθ/σ² ≥ 1.2
    const [n, end] = [8000, 6];
    const sums = [0, 0, 0];
    for (let k = 0; k < n; k++) {
      const u = ((k + 0.5) * end) / n;
      const weight = (2 * u * Math.exp(logDensity(u * u, y0, t)) * end) / n;
      for (let power = 0; power < 3; power++) sums[power]! += weight * u ** (2 * power);
    }
    const [mean, variance] = moments(y0, t, sigma);
    // the midpoint rule, of order 2a at the root: (6/8000)^2.4 = 3e-8 times its derivatives
    assertAllClose('mass, mean, variance', [sums[0]!, sums[1]!, sums[2]! - sums[1]! ** 2], [1, mean, variance], {
      atol: 2e-6,
    });
  });

  test.each([
    [0.5, 0.005],
    [1.2, 0.02],
  ])('σ = %d: simulated mean and variance; paths stay positive', (sigma, bias) => {
    const frames = pathsOf(made(cir, { sigma }), {
      n: 8000,
      step: 0.01,
      times: [1],
      start: (out) => out.data.fill(0.4),
    });
    const [mean, variance] = moments(0.4, 1, sigma);
    const found = averageOf(frames, (y, at) => y[at]!);
    const square = averageOf(frames, (y, at) => (y[at]! - mean) ** 2);
    // four standard errors, and the bias of steps of 0.01, larger where 0 is near
    expect(Math.abs(found.mean - mean)).toBeLessThan(4 * found.error + bias);
    expect(Math.abs(square.mean - variance)).toBeLessThan(4 * square.error + bias);
    expect(frames[0]!.data.every((y) => y >= 0)).toBe(true);
  });
});

test.each([0.3, 1, 6])('Gamma samples of shape %d: mean and variance', (shape) => {
  const n = 20_000;
  const y = zeros(n, 1);
  gammaLaw(1, shape, 2).sample(rootKey(8), 0, y);
  const mean = averageOf([y], (data, at) => data[at]!);
  const square = averageOf([y], (data, at) => (data[at]! - shape / 2) ** 2);
  expect(Math.abs(mean.mean - shape / 2)).toBeLessThan(4 * mean.error);
  expect(Math.abs(square.mean - shape / 4)).toBeLessThan(4 * square.error);
});
