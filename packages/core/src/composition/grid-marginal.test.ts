import { describe, expect, test } from 'vitest';
import type { Batch, Dataset, Sde } from '../contracts/index.js';
import { zeroField, zeros } from '../contracts/index.js';
import { affineTransition, fillNormal, linearClock, rootKey, scalarNoise } from '../numerics/index.js';
import { gridMarginal } from './grid-marginal.js';
import { mixtureMarginal } from './mixture-marginal.js';

const clock = linearClock(0.1, 20, 1);
/** −½ β(t) y */
const pull =
  (d: number): Sde['drift'] =>
  (y, t, out) => {
    for (let k = 0; k < d * y.n; k++) out.data[k] = -0.5 * clock.beta(t[Math.floor(k / d)]!) * y.data[k]!;
  };
const vp: Sde = {
  dim: 1,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-5, sample: 1e-3 },
  affine: true,
  drift: pull(1),
  diffusion: scalarNoise(1, (t) => Math.sqrt(clock.beta(t))),
};
const coefficients = (s: number, t: number) => {
  const decay = clock.B(s) - clock.B(t);
  return { a: Math.exp(0.5 * decay), variance: -Math.expm1(decay) };
};
const transition = affineTransition(coefficients);
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
    const [exact, found] = [mixtureMarginal(vp, transition)(data)!, gridMarginal({ ...vp })(data)!];
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
    expect(gridMarginal(vp)({ dim: 1, draw: data.draw })).toBeUndefined();
  });
});

describe('the law of a process in the plane', () => {
  /** 0.6 N((−1.5, 0), diag) + 0.4 N((1, 1), slanted) */
  const mixture = [
    { weight: 0.6, mean: [-1.5, 0], covariance: [0.1, 0, 0, 0.2] },
    { weight: 0.4, mean: [1, 1], covariance: [0.2, 0.1, 0.1, 0.15] },
  ];
  const plane: Sde = { ...vp, dim: 2, diffusion: scalarNoise(2, (t) => Math.sqrt(clock.beta(t))), drift: pull(2) };
  const base: Sde = {
    ...vp,
    dim: 2,
    span: { t0: 0, T: clock.B(1) },
    diffusion: scalarNoise(2, 1),
    drift: (y, _t, out) => {
      for (let k = 0; k < 2 * y.n; k++) out.data[k] = -0.5 * y.data[k]!;
    },
    driftTime: zeroField,
  };
  const law = mixtureMarginal({ ...plane }, transition)({ dim: 2, draw: data.draw, mixture })!;
  const start: Dataset = {
    dim: 2,
    draw(key, first, out) {
      fillNormal(key, first, out.n, 2, out.data);
      for (let i = 0; i < out.n; i++) {
        const [x, y] = [out.data[2 * i]!, out.data[2 * i + 1]!];
        const slanted = (first + i) % 5 < 2;
        out.data[2 * i] = slanted ? 1 + Math.sqrt(0.2) * x : -1.5 + Math.sqrt(0.1) * x;
        out.data[2 * i + 1] = slanted ? 1 + (0.1 / Math.sqrt(0.2)) * x + Math.sqrt(0.1) * y : Math.sqrt(0.2) * y;
      }
    },
    density: {
      logDensity: (y, out) => law.logDensity(y, new Float64Array(y.n), out),
      score: () => undefined,
    },
  };

  test.each([
    ['in its clock', { ...plane, timeChange: { clock, base } }, [0.02, 0.1, 0.5]],
    ['step by step', plane, [0.05]],
  ] as const)('agrees with the closed form of VP, %s, and knows how well', (_, sde, times) => {
    const found = gridMarginal(sde)(start)!;
    const n = 2000;
    const y = zeros(n, 2);
    start.draw(rootKey(1), 0, y);
    for (const time of times) {
      const t = new Float64Array(n).fill(time);
      const root = zeros(n, 2);
      fillNormal(rootKey(2), 0, n, 2, root.data);
      const { a, variance } = coefficients(0, time);
      const at = { ...y, data: y.data.map((value, k) => a * value + Math.sqrt(variance) * root.data[k]!) };
      const [s, r] = [zeros(n, 2), zeros(n, 2)];
      law.score(at, t, s);
      found.score(at, t, r);
      let [error, size] = [0, 0];
      for (let k = 0; k < 2 * n; k++) {
        error += (r.data[k]! - s.data[k]!) ** 2;
        size += s.data[k]! ** 2;
      }
      expect(error / size).toBeLessThan(1e-5);
      // Richardson's estimate, of a leading term; at t = 0.02 the cells are a tenth of the narrowest width and it errs on the safe side.
      expect(error / size).toBeLessThan(2 * found.error!(time));
    }
  });

  test('is not offered in space', () => {
    expect(gridMarginal({ ...plane, dim: 3 })(start)).toBeUndefined();
  });
});
