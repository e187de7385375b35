/**
 * Noise that depends on the state, with its divergence: geometric Brownian motion dY = μ Y dt + σ Y dW from Y_0 = 1, in closed form.
 *
 *     log Y_t ~ N(m t, σ² t),  m = μ − ½σ²;      s = −(1 + (log y − m t)/(σ² t))/y;      Q = σ² y²,  ∇·Q = 2 σ² y,  ½ ∂∂:Q = σ²
 */
import { analyticField, diagonalStateNoise, fillNormal, rootKey, type Sde } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import {
  probabilityFlow,
  probabilityFlowAdaptive,
  reverseEulerMaruyama,
  reverseHeun,
  reverseMilstein,
  reverseSra1,
} from './index.js';
import { last } from './testing/last.js';
import { job } from './testing/linear-case.js';
import { samplerOf } from './testing/recursions.js';

const [mu, sigma] = [0.3, 0.5];
const m = mu - 0.5 * sigma ** 2;
const sde: Sde = {
  dim: 1,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-3, sample: 1e-2 },
  drift: (y, _t, out) => out.data.set(y.data.map((x) => mu * x)),
  diffusion: diagonalStateNoise(1, (y, at, _t, out) => {
    out[0] = sigma * y[at]!;
  }),
  noiseDivergence: {
    divergence: (y, _t, out) => out.data.set(y.data.map((x) => 2 * sigma ** 2 * x)),
    halfHessianTrace: (_y, _t, out) => out.fill(sigma ** 2),
  },
};
const score = analyticField({
  score(y, t, out) {
    for (let i = 0; i < y.n; i++) {
      const x = y.data[i]!;
      out.data[i] = -(1 + (Math.log(x) - m * t[i]!) / (sigma ** 2 * t[i]!)) / x;
    }
  },
});
const key = rootKey(12).at('state');
const n = 5000;
const draws = (t: number) => {
  const start = { data: new Float64Array(n), n, d: 1 };
  fillNormal(rootKey(8), 0, n, 1, start.data);
  for (let i = 0; i < n; i++) start.data[i] = Math.exp(m * t + sigma * Math.sqrt(t) * start.data[i]!);
  return start;
};

describe('geometric Brownian motion, from t = 1 back to 1/4', () => {
  test.each([
    [reverseEulerMaruyama, 400],
    [reverseMilstein, 200],
    [reverseHeun, 400],
    [probabilityFlow, 100],
    [probabilityFlowAdaptive, 1],
  ])('$id', async (definition, steps) => {
    const ask = job({ sde, score }, key, { start: draws(1), from: 1, to: 0.25, steps });
    const { y, lost } = await last(samplerOf(definition as typeof reverseHeun).sample(ask));
    expect(lost).toEqual([]);
    const logs = y.data.map(Math.log);
    const mean = logs.reduce((sum, x) => sum + x, 0) / n;
    const variance = logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    const v = sigma ** 2 * 0.25;
    // Four standard errors; the schemes' own errors at these steps are below one.
    expect(Math.abs(mean - m * 0.25)).toBeLessThan(4 * Math.sqrt(v / n));
    expect(Math.abs(variance / v - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  });

  test('without ∇·Q, or with a scheme for additive noise, it is refused', () => {
    const ask = job({ sde, score }, key, { from: 1, to: 0.25 });
    const { noiseDivergence: _, ...bare } = sde;
    for (const run of [
      () => samplerOf(reverseSra1).sample(ask),
      () => samplerOf(reverseHeun).sample({ ...ask, sde: bare }),
    ]) {
      expect(run).toThrow(expect.objectContaining({ code: 'E_CAPABILITY' }));
    }
  });
});
