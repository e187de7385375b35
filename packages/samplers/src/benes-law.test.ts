/**
 * A nonlinear process with an exact score: Beneš, dY = tanh Y dt + dW from the atoms ±1 with equal weight, where
 *
 *     p_t = Σ_k ½ [ w₊ N(x_k + t, t) + w₋ N(x_k − t, t) ],   w_± = e^{±x_k} / (2 cosh x_k),   E y² = 1 + 2t Σ_k ½ x_k tanh x_k + t² + t
 */
import { createIntegrator, fillNormal, rootKey, type Sde, scalarNoise, zeros } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { probabilityFlow, reverseEulerMaruyama, reverseHeun } from './index.js';
import { reverseOptions } from './reverse.js';
import { last } from './testing/last.js';
import { job, scoreField } from './testing/linear-case.js';

const sde: Sde = {
  dim: 1,
  span: { t0: 0, T: 2 },
  cutoff: { train: 1e-3, sample: 1e-2 },
  drift(y, _, out) {
    for (let k = 0; k < y.data.length; k++) out.data[k] = Math.tanh(y.data[k]!);
  },
  diffusion: scalarNoise(1, 1),
};
const score = scoreField((y, t) => {
  let [density, slope] = [0, 0];
  for (const x of [-1, 1]) {
    for (const sign of [-1, 1]) {
      const offset = y - x - sign * t;
      const part = (Math.exp(sign * x) / (2 * Math.cosh(x))) * Math.exp(-(offset ** 2) / (2 * t));
      density += part;
      slope -= (offset / t) * part;
    }
  }
  return slope / density;
});
const secondMoment = (t: number) => 1 + 2 * t * Math.tanh(1) + t * t + t;

const n = 8_000;
/** Exact draws of p_t. */
function draws(t: number) {
  const start = zeros(n, 1);
  fillNormal(rootKey(21), 0, n, 1, start.data);
  for (let i = 0; i < n; i++) {
    const x = i % 2 === 0 ? 1 : -1;
    // A fixed share of each component: the golden-ratio sequence is equidistributed.
    const up = (Math.floor(i / 2) * 0.6180339887498949) % 1 < Math.exp(x) / (2 * Math.cosh(x));
    start.data[i] = x + (up ? t : -t) + Math.sqrt(t) * start.data[i]!;
  }
  return start;
}
const meanSquare = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0) / values.length;
/** Four standard errors of E y², from the sample itself; the schemes' own errors at the steps used are below one. */
function tolerance(values: Float64Array): number {
  const m = meanSquare(values);
  return (
    4 * Math.sqrt(values.reduce((sum, value) => sum + (value * value - m) ** 2, 0) / values.length / values.length)
  );
}

describe('Beneš with the exact score', () => {
  test.each([
    [reverseEulerMaruyama, 400],
    [reverseHeun, 200],
    [probabilityFlow, 200],
  ])('$id: from t = 2 back to t = 0.25', async (definition, steps) => {
    const start = draws(2);
    const ask = job({ sde, score }, rootKey(5).at('sampling'), { start, from: 2, to: 0.25, steps });
    const { y, lost } = await last(definition.create(reverseOptions.parse({})).sample(ask));
    expect(lost).toEqual([]);
    expect(Math.abs(meanSquare(y.data) - secondMoment(0.25))).toBeLessThan(tolerance(y.data));
  });

  test('probability-flow: from t = 0.25 up to t = 2', async () => {
    const ask = job({ sde, score }, rootKey(5), { start: draws(0.25), from: 0.25, to: 2, steps: 200 });
    const { y } = await last(probabilityFlow.create(reverseOptions.parse({})).sample(ask));
    expect(Math.abs(meanSquare(y.data) - secondMoment(2))).toBeLessThan(tolerance(y.data));
  });

  test('simulation agrees with the closed form the others are held to', () => {
    const y = zeros(n, 1);
    for (let i = 0; i < n; i++) y.data[i] = i % 2 === 0 ? 1 : -1;
    const times = (t: number) => new Float64Array(n).fill(t);
    createIntegrator(sde, { scheme: 'heun', step: 0.01 }).advance(y, times(0), times(0.5), rootKey(8), 0);
    expect(Math.abs(meanSquare(y.data) - secondMoment(0.5))).toBeLessThan(tolerance(y.data));
  });
});
