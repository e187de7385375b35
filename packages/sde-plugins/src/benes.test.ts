import { type Batch, type Dataset, zeros } from '@fokker/core';
import { assertAllClose, processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { benes } from './benes.js';

const mixture = (...components: { weight: number; mean: number[]; covariance: number[] }[]): Dataset => ({
  dim: components[0]!.mean.length,
  draw: (_key, _first, out) => void out.data.fill(0),
  mixture: components,
});
const rows = (d: number, ...values: number[]): Batch => ({ data: Float64Array.from(values), n: values.length / d, d });

const logDensity = (data: Dataset, y: Batch, t: number): Float64Array => {
  const out = new Float64Array(y.n);
  benes.create({ dim: y.d, horizon: 2 }).marginal!(data)!.logDensity(y, new Float64Array(y.n).fill(t), out);
  return out;
};
const atomsAt = (t: number, y: number, ...points: number[]): number =>
  logDensity(mixture(...points.map((x) => ({ weight: 1, mean: [x], covariance: [0] }))), rows(1, y), t)[0]!;

describe('Beneš', () => {
  test.each(processContract(benes, { dim: 1 }))('d = 1: $name', ({ run }) => run());
  test.each(processContract(benes, { dim: 3 }))('d = 3: $name', ({ run }) => run());

  test('the transition is the two-component mixture q = w₊ N(y + τ, τ) + w₋ N(y − τ, τ)', () => {
    const normal = (x: number, mean: number, variance: number): number =>
      Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
    for (const [from, tau, to] of [
      [0.3, 0.2, 0.1],
      [-1, 1.5, 2],
      [4, 0.7, -1],
    ] as const) {
      const plus = Math.exp(from) / (2 * Math.cosh(from));
      const direct = plus * normal(to, from + tau, tau) + (1 - plus) * normal(to, from - tau, tau);
      // two ways of writing the same number, a dozen float64 operations each
      assertAllClose('density', atomsAt(tau, to, from), Math.log(direct), { atol: 1e-13 });
    }
  });

  test('in the plane one atom gives a product of lines, several a mixture', () => {
    const left = { weight: 2, mean: [-1, 0.5], covariance: [0, 0, 0, 0] };
    const right = { weight: 6, mean: [2, 0], covariance: [0, 0, 0, 0] };
    const y = rows(2, 0.4, -0.2);
    const [alone, other] = [left, right].map((atom) => logDensity(mixture(atom), y, 0.8)[0]!);
    assertAllClose('product', alone!, atomsAt(0.8, 0.4, -1) + atomsAt(0.8, -0.2, 0.5), { atol: 1e-13 });
    const both = Math.log(0.25 * Math.exp(alone!) + 0.75 * Math.exp(other!));
    assertAllClose('mixture', logDensity(mixture(left, right), y, 0.8), [both], { atol: 1e-13 });
  });

  test('the score is the gradient of the log-density, also far out', () => {
    const data = mixture({ weight: 0.3, mean: [-1], covariance: [0] }, { weight: 0.7, mean: [2], covariance: [0] });
    const h = 2 ** -14;
    for (const y of [-30, -1.3, 0.2, 5, 400]) {
      const score = zeros(1, 1);
      benes.create({ dim: 1, horizon: 2 }).marginal!(data)!.score(rows(1, y), Float64Array.of(1.2), score);
      const [up, down] = logDensity(data, rows(1, y + h, y - h), 1.2);
      // central differences: h² times the third derivative, and round-off of log p (1e5 far out) over 2h
      assertAllClose('score', score.data[0]!, (up! - down!) / (2 * h), { rtol: 1e-7, atol: 1e-6 });
    }
  });

  test('no closed form for data of positive width, nor for data that is no mixture', () => {
    const { marginal } = benes.create({ dim: 1, horizon: 2 });
    expect(marginal!(mixture({ weight: 1, mean: [0], covariance: [0.1] }))).toBeUndefined();
    expect(marginal!({ dim: 1, draw: () => undefined })).toBeUndefined();
  });
});
