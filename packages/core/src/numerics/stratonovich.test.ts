import { describe, expect, test } from 'vitest';
import { type Batch, type Sde, zeros } from '../contracts/index.js';
import { assertAllClose } from '../testing/close.js';
import { positiveDomain } from './domain.js';
import { constantNoise, denseNoise, diagonalStateNoise } from './noise.js';
import { rootKey } from './random.js';
import { simulate } from './simulate.js';
import { fromStratonovich, stratonovichCorrection } from './stratonovich.js';

const [mu, sigma] = [0.3, 0.6];
const frame = { span: { t0: 0, T: 1 }, cutoff: { train: 1e-3, sample: 1e-3 } };
/** dY = μ Y dt + σ Y ∘ dW */
const growth: Sde = {
  ...frame,
  dim: 1,
  affine: true,
  domain: positiveDomain(1),
  drift(y, _t, out) {
    for (let i = 0; i < y.n; i++) out.data[i] = mu * y.data[i]!;
  },
  diffusion: diagonalStateNoise(1, (y, at, _t, out) => {
    out[0] = sigma * y[at]!;
  }),
};
const rows = (d: number, ...values: number[]): Batch => ({ data: Float64Array.from(values), n: values.length / d, d });
const evaluate = (field: Sde['drift'], y: Batch): Float64Array => {
  const out = zeros(y.n, y.d);
  field(y, new Float64Array(y.n), out);
  return out.data;
};

describe('Stratonovich to Itô', () => {
  test('geometric growth gains ½σ² y', () => {
    const y = rows(1, 1e-6, 0.4, 2, 300);
    const exact = y.data.map((value) => (mu + 0.5 * sigma ** 2) * value);
    assertAllClose('f + c', evaluate(fromStratonovich(growth).drift, y), exact, { rtol: 1e-11 }); // differences of a line
  });

  test('two noises that do not commute, against the sum written out', () => {
    // G = [[sin v, 1], [x v, x²]]: c₁ = ½ (cos v · x v),  c₂ = ½ [v · sin v + x · x v + 2x · 1]
    const diffusion = denseNoise(
      2,
      2,
      (_t, out, y, at = 0) => {
        const [x, v] = [y![at]!, y![at + 1]!];
        out.set([Math.sin(v), 1, x * v, x * x]);
      },
      'state',
    );
    const y = rows(2, 0.7, -0.4, -1.2, 2);
    const exact = [0, 2].flatMap((k) => {
      const [x, v] = [y.data[k]!, y.data[k + 1]!];
      return [0.5 * Math.cos(v) * x * v, 0.5 * (v * Math.sin(v) + x * x * v + 2 * x)];
    });
    assertAllClose('c', evaluate(stratonovichCorrection({ diffusion }), y), exact, { atol: 1e-10 }); // differences of order one
  });

  test('noise that does not read the state is left as it is', () => {
    const plain: Sde = { ...growth, diffusion: constantNoise([[1]]) };
    expect(fromStratonovich(plain)).toBe(plain);
    expect([...evaluate(stratonovichCorrection(plain), rows(1, 3))]).toEqual([0]);
  });

  test('derivatives and affinity of the Stratonovich drift are not passed on', () => {
    const sde = fromStratonovich({ ...growth, divergence: (_y, _t, out) => void out.fill(mu) });
    expect([sde.divergence, sde.affine, sde.domain]).toEqual([undefined, undefined, growth.domain]);
  });

  test('law of geometric growth: log Y_t ~ N(log y₀ + μ t, σ² t)', () => {
    const n = 20_000;
    const start = zeros(n, 1);
    start.data.fill(1);
    const options = { scheme: 'euler-maruyama', step: 0.01, key: rootKey(3) } as const;
    const { y } = simulate(fromStratonovich(growth), start, [1], options)[0]!;
    const logs = y.data.map(Math.log);
    const mean = logs.reduce((sum, x) => sum + x / n, 0);
    const variance = logs.reduce((sum, x) => sum + (x - mean) ** 2 / n, 0);
    // four standard errors, and the bias of the step: E log(1 + ah + σ√h ξ) is off by h (aσ² − ½a² − ¾σ⁴) = −4e-4 a unit of time, a = μ + ½σ²; the variance by O(h)
    expect(Math.abs(mean - mu)).toBeLessThan(4 * Math.sqrt(sigma ** 2 / n) + 4e-4);
    expect(Math.abs(variance / sigma ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / n) + 1e-2);
  });
});
