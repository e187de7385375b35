/** The measured error against closed forms: dY = ½ c Y² dt + √Q dW from Y = 0, where f_s = J = 0, so Y_t = √(Qτ) z and δ = ½ c Q τ z². */
import { describe, expect, test } from 'vitest';
import type { Sde } from '../contracts/index.js';
import { constantNoise, linearClock, rootKey, scalarNoise } from '../numerics/index.js';
import { measureLinearisation } from './linearisation-error.js';

const [c, Q, lag, rows] = [1.5, 0.6, 0.2, 2048];

const parabola: Sde = {
  dim: 1,
  span: { t0: 0, T: 1 },
  cutoff: { train: 0.01, sample: 0.01 },
  drift(y, _t, out) {
    for (let i = 0; i < y.n; i++) out.data[i] = 0.5 * c * y.data[i]! ** 2;
  },
  diffusion: scalarNoise(1, Math.sqrt(Q)),
};
const measure = (sde: Sde, options: { ito?: boolean; t?: number; from?: number } = {}) => {
  const { ito = false, t = 0.5, from = t - lag } = options;
  return measureLinearisation({
    sde,
    times: { time: () => t },
    ito,
    rows,
    key: rootKey(5),
    start(_t, ys) {
      ys.data.fill(0);
      return from;
    },
  });
};
/** 16 times with the same draws: 2048 of them. E z⁴ = 3 has a relative error of √(96)/3/√2048 = 7 %, E z² of 3 %; four of each. */
const [fourth, second] = [0.29, 0.125];

describe('a quadratic drift', () => {
  const rho = 0.25 * c * Math.sqrt(Q) * lag ** 1.5;

  test('mean ρ = ¼ c √Q τ^{3/2}, KL = ⅛ c² Q τ³ (MATH §3.8)', () => {
    const { mean, high, worst, kl, times } = measure(parabola);
    expect(Math.abs(mean / rho - 1)).toBeLessThan(second);
    // 99 % of z² lie below 6.635; the quantile of 2048 draws is good to 4 · √(.01·.99/2048)/density = 4 · .0022/.0055
    expect(Math.abs(high / (6.635 * rho) - 1)).toBeLessThan(0.25);
    expect(worst).toEqual({ t: 0.5, mean: times[0]!.mean });
    const bound = 0.125 * c ** 2 * Q * lag ** 3;
    expect(Math.abs(('most' in kl ? kl.most : Number.NaN) / bound - 1)).toBeLessThan(fourth);
    expect(times).toHaveLength(16);
    expect(times[3]).toMatchObject({ t: 0.5, s: 0.3 });
  });

  test('Itô-corrected: E|z² − 1| = 4 φ(1) = 0.968 takes the place of E z²', () => {
    expect(Math.abs(measure(parabola, { ito: true }).mean / (0.968 * rho) - 1)).toBeLessThan(second);
  });

  test('in a clock the lag is that of the clock', () => {
    const clock = linearClock(1, 5, 1);
    const sde: Sde = {
      ...parabola,
      drift(y, t, out) {
        for (let i = 0; i < y.n; i++) out.data[i] = 0.5 * c * clock.beta(t[i]!) * y.data[i]! ** 2;
      },
      diffusion: scalarNoise(1, (t) => Math.sqrt(Q * clock.beta(t))),
      timeChange: { clock, base: parabola },
    };
    const from = clock.inverse(clock.B(0.5) - lag);
    expect(measure(sde, { from }).mean).toBeCloseTo(measure(parabola).mean, 10);
  });
});

test('without noise on every coordinate there is no KL estimate, and it says why', () => {
  const halfNoisy: Sde = {
    ...parabola,
    dim: 2,
    drift(y, _t, out) {
      for (let i = 0; i < y.n; i++) {
        out.data[2 * i] = y.data[2 * i + 1]!;
        out.data[2 * i + 1] = 0.5 * c * y.data[2 * i + 1]! ** 2;
      }
    },
    diffusion: constantNoise([[0], [Math.sqrt(Q)]]),
  };
  const { kl, mean } = measure(halfNoisy);
  expect(kl).toEqual({ none: expect.stringContaining('1 of 2') });
  expect(mean).toBeGreaterThan(0);
});

test('under dense noise the estimate is that of the same noise written as a number', () => {
  const dense: Sde = { ...parabola, diffusion: constantNoise([[Math.sqrt(Q)]]) };
  const [a, b] = [measure(dense).kl, measure(parabola).kl];
  expect('most' in a && 'most' in b && Math.abs(a.most / b.most - 1)).toBeLessThan(1e-12);
});

test('a linear drift costs nothing', () => {
  const linear: Sde = {
    ...parabola,
    drift: (y, _t, out) => void out.data.set(y.data.subarray(0, y.n).map((value) => -value)),
  };
  const { mean, kl } = measure(linear);
  expect(mean).toBeLessThan(1e-9); // the Jacobian is taken by differences
  expect('most' in kl && kl.most).toBeLessThan(1e-18);
});
