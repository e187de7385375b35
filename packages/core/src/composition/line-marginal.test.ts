import { describe, expect, test } from 'vitest';
import type { Batch, Dataset, Sde } from '../contracts/index.js';
import { zeros } from '../contracts/index.js';
import { affineTransition, fillNormal, linearClock, scalarNoise } from '../numerics/index.js';
import { lineMarginal } from './line-marginal.js';
import { mixtureMarginal } from './mixture-marginal.js';

const clock = linearClock(0.1, 20, 1);
const vp: Sde = {
  dim: 1,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-5, sample: 1e-3 },
  affine: true,
  drift(y, t, out) {
    for (let i = 0; i < y.n; i++) out.data[i] = -0.5 * clock.beta(t[i]!) * y.data[i]!;
  },
  diffusion: scalarNoise(1, (t) => Math.sqrt(clock.beta(t))),
};
const transition = affineTransition((s, t) => {
  const decay = clock.B(s) - clock.B(t);
  return { a: Math.exp(0.5 * decay), variance: -Math.expm1(decay) };
});
const log = (w: number, m: number, v: number, y: number): number =>
  Math.log(w) - 0.5 * Math.log(2 * Math.PI * v) - (0.5 * (y - m) ** 2) / v;
/** ½ N(−1.5, 0.1) + ½ N(1, 0.2) */
const data: Dataset = {
  dim: 1,
  draw(key, first, out) {
    fillNormal(key, first, out.n, 1, out.data);
    for (let i = 0; i < out.n; i++) {
      const odd = (first + i) % 2 === 0;
      out.data[i] = odd ? -1.5 + Math.sqrt(0.1) * out.data[i]! : 1 + Math.sqrt(0.2) * out.data[i]!;
    }
  },
  density: {
    logDensity(y, out) {
      for (let i = 0; i < y.n; i++) {
        const [a, b] = [log(0.5, -1.5, 0.1, y.data[i]!), log(0.5, 1, 0.2, y.data[i]!)];
        out[i] = Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
      }
    },
    score: () => undefined,
  },
  mixture: [
    { weight: 0.5, mean: [-1.5], covariance: [0.1] },
    { weight: 0.5, mean: [1], covariance: [0.2] },
  ],
};

describe('the law of a process on the line', () => {
  test.each([0.05, 0.1, 0.5, 0.9])('agrees with the closed form of VP at t = %f', (time) => {
    const n = 401;
    const y: Batch = { data: Float64Array.from({ length: n }, (_, i) => -3 + (6 * i) / (n - 1)), n, d: 1 };
    const t = new Float64Array(n).fill(time);
    const [exact, found] = [mixtureMarginal(vp, transition)(data)!, lineMarginal({ ...vp })(data)!];
    const [s, r] = [zeros(n, 1), zeros(n, 1)];
    const [p, q] = [new Float64Array(n), new Float64Array(n)];
    exact.score(y, t, s);
    found.score(y, t, r);
    exact.logDensity(y, t, p);
    found.logDensity(y, t, q);
    let [error, fisher, mass] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const weight = Math.exp(p[i]!);
      error += weight * (r.data[i]! - s.data[i]!) ** 2;
      fisher += weight * s.data[i]! ** 2;
      mass += Math.abs(Math.exp(q[i]!) - weight) * (6 / (n - 1));
    }
    expect(Math.sqrt(error / fisher)).toBeLessThan(2e-3); // second order in cells of 0.01 against components 0.3 wide
    expect(mass).toBeLessThan(1e-3);
  });

  test('is not offered for data without a density', () => {
    expect(lineMarginal(vp)({ dim: 1, draw: data.draw })).toBeUndefined();
  });
});
