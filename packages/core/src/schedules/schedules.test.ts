import { describe, expect, test } from 'vitest';
import type { Dataset, Schedule, ScheduleDefinition, Sde } from '../contracts/index.js';
import {
  affineTransition,
  constantNoise,
  denseJacobian,
  diagonalJacobian,
  fillNormal,
  fillUniform,
  linearClock,
  rootKey,
  scalarJacobian,
  scalarNoise,
} from '../numerics/index.js';
import { createPilot } from '../training/pilot.js';
import { aPosteriori } from './a-posteriori.js';
import { autoSchedule } from './auto.js';
import { clockLag } from './clock-lag.js';
import { constantLag } from './constant-lag.js';
import { createDefectMeter } from './defect.js';
import { stableLag } from './guard.js';

const key = rootKey(7);
const normal = (dim: number, scale = 1): Dataset => ({
  dim,
  draw(key, first, out) {
    fillNormal(key, first, out.n, out.d, out.data);
    for (let k = 0; k < out.n * out.d; k++) out.data[k]! *= scale;
  },
});

/** dx = (−x³ + v) dt, dv = −γ v dt + √(2γD) dw with γ = 0.1, D = 1 (MATH §2.7). */
const swimmer: Sde = {
  dim: 2,
  span: { t0: 0, T: 10 },
  cutoff: { train: 1e-3, sample: 1e-3 },
  drift({ data, n }, _, out) {
    for (let i = 0; i < 2 * n; i += 2) {
      out.data[i] = data[i + 1]! - data[i]! * data[i]! * data[i]!;
      out.data[i + 1] = -0.1 * data[i + 1]!;
    }
  },
  diffusion: constantNoise([[0], [Math.sqrt(0.2)]]),
  jacobian: denseJacobian(2, (y, at, _, out, to) => {
    out[to] = -3 * y[at]! ** 2;
    out[to + 1] = 1;
    out[to + 2] = 0;
    out[to + 3] = -0.1;
  }),
  noiseRange: { rank: 1, basis: 'coordinates', coordinates: [1] },
};

/** dx = (x − x³) dt + ½ dw: expands at the origin, at rate 1. */
const doubleWell: Sde = {
  dim: 1,
  span: { t0: 1, T: 3 },
  cutoff: { train: 1, sample: 1 },
  drift({ data, n }, _, out) {
    for (let i = 0; i < n; i++) out.data[i] = data[i]! - data[i]! * data[i]! * data[i]!;
  },
  diffusion: scalarNoise(1, 0.5),
  jacobian: diagonalJacobian((y, at, _, out, to) => {
    out[to] = 1 - 3 * y[at]! ** 2;
  }),
};

const clock = linearClock(0.1, 20, 1);
const decay: Sde = {
  dim: 2,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-5, sample: 1e-3 },
  affine: true,
  drift({ data, n }, _, out) {
    for (let k = 0; k < 2 * n; k++) out.data[k] = -0.5 * data[k]!;
  },
  diffusion: scalarNoise(2, 1),
  jacobian: scalarJacobian(() => -0.5),
};
const vp: Sde = {
  ...decay,
  drift({ data, n }, t, out) {
    for (let k = 0; k < 2 * n; k++) out.data[k] = -0.5 * clock.beta(t[k >> 1]!) * data[k]!;
  },
  diffusion: scalarNoise(2, (t) => Math.sqrt(clock.beta(t))),
  jacobian: scalarJacobian((t) => -0.5 * clock.beta(t)),
  timeChange: { clock, base: decay },
};

const transition = affineTransition((s, t) => {
  const decay = clock.B(s) - clock.B(t);
  return { a: Math.exp(0.5 * decay), variance: -Math.expm1(decay) };
});

/** dy = ½ β ∇log π dt + √β dw with π = ½ N(−2, ½²) + ½ N(2, ½²): a time-changed process that is not affine (MATH §2.5). */
const pull = (y: number): number => (2 * Math.tanh(8 * y) - y) / 0.25;
const langevin: Sde = {
  dim: 1,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-5, sample: 1e-3 },
  drift({ data, n }, _, out) {
    for (let i = 0; i < n; i++) out.data[i] = 0.5 * pull(data[i]!);
  },
  diffusion: scalarNoise(1, 1),
  jacobian: diagonalJacobian((y, at, _, out, to) => {
    out[to] = 0.5 * ((16 / Math.cosh(8 * y[at]!) ** 2 - 1) / 0.25);
  }),
};
const mixture: Sde = {
  ...langevin,
  drift({ data, n }, t, out) {
    for (let i = 0; i < n; i++) out.data[i] = 0.5 * clock.beta(t[i]!) * pull(data[i]!);
  },
  diffusion: scalarNoise(1, (t) => Math.sqrt(clock.beta(t))),
  timeChange: { clock, base: langevin },
};

const restored = (definition: ScheduleDefinition, options: object, sde: Sde, data = normal(sde.dim)): Schedule => {
  const rule = definition.create(definition.options.parse(options));
  return rule.restore(sde, JSON.parse(JSON.stringify(rule.prepare(sde, data, key))));
};

test('row 52: s_λ(t) for λ = 0.05', () => {
  const { start } = restored(clockLag, { lambda: 0.05 }, vp);
  const golden = [0.0724678, 0.4950001, 0.9974969];
  [0.1, 0.5, 1].forEach((t, k) => {
    expect(Math.abs(start(t) - golden[k]!)).toBeLessThan(1e-7); // the digits that are printed
  });
});

describe('row 53: schedule invariants', () => {
  const measured = restored(aPosteriori, {}, swimmer);

  test.each<[string, Sde, Schedule]>([
    ['constant', swimmer, restored(constantLag, {}, swimmer)],
    ['constant, t0 = 1', doubleWell, restored(constantLag, { lag: 0.3 }, doubleWell)],
    ['clock', vp, restored(clockLag, {}, vp)],
    ['a-posteriori', swimmer, measured],
    ['a-posteriori, t0 = 1', doubleWell, restored(aPosteriori, { points: 8 }, doubleWell)],
    ['a-posteriori in a clock', mixture, restored(aPosteriori, {}, mixture)],
    ['auto with a transition', { ...vp, transition }, restored(autoSchedule, {}, { ...vp, transition })],
    ['auto', doubleWell, restored(autoSchedule, {}, doubleWell)],
  ])('%s: t0 ≤ s(t) < t, nondecreasing, on 1000 random t', (_, { span: { t0, T } }, { start }) => {
    const u = new Float64Array(1000);
    fillUniform(key.at('t'), 0, 1000, 1, u);
    const t = Array.from(u.sort(), (share) => t0 + share * (T - t0));
    const s = t.map(start);
    s.forEach((time, k) => {
      expect(time).toBeGreaterThanOrEqual(k === 0 ? t0 : s[k - 1]!);
      expect(time).toBeLessThan(t[k]!);
    });
  });

  test('the swimmer’s a-posteriori lag at t = 3 is in [0.12, 0.3]', () => {
    const lag = 3 - measured.start(3);
    expect(lag).toBeGreaterThanOrEqual(0.12);
    expect(lag).toBeLessThanOrEqual(0.3);
  });
});

describe('the a-posteriori schedule', () => {
  test('is the same for the same key and shorter for a smaller tolerance', () => {
    const lagOf = (tolerance: number) =>
      2.5 - restored(aPosteriori, { tolerance, points: 4, paths: 1000 }, doubleWell).start(2.5);
    expect(lagOf(0.02)).toBe(lagOf(0.02));
    expect(lagOf(0.005)).toBeLessThan(0.7 * lagOf(0.02));
  });

  test('finds s = t0 where linearisation is exact', () => {
    const { start } = restored(aPosteriori, { points: 4, paths: 500 }, decay);
    expect([0.1, 0.4, 1].map(start)).toEqual([0, 0, 0]);
  });

  test('works in the clock of a time-changed process: lags there are alike at all late times', () => {
    const { start } = restored(aPosteriori, {}, mixture);
    const lags = [0.6, 0.7, 0.8, 0.9, 1].map((t) => clock.B(t) - clock.B(start(t)));
    expect(Math.max(...lags) / Math.min(...lags)).toBeLessThan(1.3);
    expect(Math.max(...lags)).toBeLessThan(0.4); // MATH §0, fact 10: 0.2 is good, 0.4 is not
  });

  test('never exceeds maxLag', () => {
    const { start } = restored(aPosteriori, { points: 10, maxLag: 0.1, paths: 500 }, decay);
    for (const t of [0.3, 0.5, 1]) expect(t - start(t)).toBeLessThanOrEqual(0.1 + 1e-12); // rounding of t − lag
  });

  test('refuses a drift that is nowhere nearly linear', () => {
    const jagged: Sde = {
      ...doubleWell,
      drift({ data, n }, _, out) {
        for (let i = 0; i < n; i++) out.data[i] = 1e3 * Math.sign(Math.sin(1e7 * data[i]!)) - data[i]!;
      },
      jacobian: diagonalJacobian((_y, _at, _t, out, to) => {
        out[to] = 1e9;
      }),
    };
    expect(() => restored(aPosteriori, { points: 2, paths: 100 }, jagged)).toThrow(
      expect.objectContaining({ code: 'E_SCHEDULE' }),
    );
  });

  test('refuses a saved table that breaks the invariants or is none', () => {
    const rule = aPosteriori.create(aPosteriori.options.parse({}));
    const guarded = { tolerance: 0.05, requested: 1, longest: 1, capped: false };
    const table = { rule: 'a-posteriori', ...guarded, theta: [1, 2], start: [0, 2], defect: [0, 0] };
    expect(() => rule.restore(swimmer, table)).toThrow(expect.objectContaining({ code: 'E_SCHEDULE' }));
    expect(() => rule.restore(swimmer, { ...table, start: [0.5, 0.6] })).toThrow(
      expect.objectContaining({ code: 'E_SCHEDULE' }),
    );
    expect(() => rule.restore(swimmer, { rule: 'constant', lag: 1 })).toThrow(
      expect.objectContaining({ code: 'E_FORMAT' }),
    );
  });
});

describe('the stability guard', () => {
  const near = normal(1, 1e-3);

  test('caps a constant lag at 1/λ_max and records it', () => {
    const prepared = constantLag.create({ lag: 5 }).prepare(doubleWell, near, key);
    expect(prepared).toMatchObject({ rule: 'constant', requested: 5, capped: true });
    // at t0 the law is a point at the unstable origin, where λ_max = 1: found by bisection to 1e-3
    expect(5 - constantLag.create({ lag: 5 }).restore(doubleWell, prepared).start(5)).toBeCloseTo(1, 2);
  });

  test('leaves a lag alone that every path bears', () => {
    const prepared = constantLag.create({ lag: 0.2 }).prepare(swimmer, normal(2), key);
    expect(prepared).toEqual({ rule: 'constant', requested: 0.2, lag: 0.2, capped: false });
  });

  test('reads the largest eigenvalue of the symmetric part', () => {
    const shear: Sde = {
      ...swimmer,
      drift({ data, n }, _, out) {
        for (let i = 0; i < 2 * n; i += 2) {
          out.data[i] = -data[i]! + 4 * data[i + 1]!;
          out.data[i + 1] = -data[i + 1]!;
        }
      },
    };
    const { jacobian: _, ...withoutJacobian } = shear; // by differences
    const pilot = createPilot({ sde: withoutJacobian, data: normal(2) }, 64, key);
    expect(stableLag(withoutJacobian, pilot, 10).lag).toBeCloseTo(1, 2); // −1 ± 2
  });

  test('looks at rare points too, where 99 % of the paths would bear anything', () => {
    const late = normal(1); // no path but a few is near the saddle at 0, where μ = 30
    const capped = stableLag(mixture, createPilot({ sde: mixture, data: late }, 2048, key), 5).lag;
    expect(capped).toBeLessThan(0.14); // 4/30, found by bisection
    const measured = restored(aPosteriori, {}, mixture);
    for (const t of [0.2, 0.5, 1]) expect(clock.B(t) - clock.B(measured.start(t))).toBeLessThan(0.14);
  });

  test('measures in the clock of a time-changed process', () => {
    const growing: Sde = { ...decay, jacobian: scalarJacobian(() => 4) };
    const prepared = clockLag
      .create({ lambda: 3 })
      .prepare({ ...vp, timeChange: { clock, base: growing } }, normal(2), key);
    expect(prepared).toMatchObject({ requested: 3, capped: true, lag: expect.closeTo(0.25, 3) });
  });
});

test('a clock schedule refuses a process without a clock', () => {
  const rule = clockLag.create({ lambda: 0.05 });
  expect(() => rule.prepare(swimmer, normal(2), key)).toThrow(expect.objectContaining({ code: 'E_CAPABILITY' }));
});

test('the swimmer’s local error at t = 3 is that of MATH §4.4', () => {
  const pilot = createPilot({ sde: swimmer, data: normal(2) }, 2048, key.at('pilot'));
  const measure = createDefectMeter(swimmer, key.at('defect'));
  const golden = [
    [0.5, 0.21],
    [0.3, 0.089],
    [0.2, 0.047],
    [0.1, 0.016],
  ] as const;
  for (const [lag, mean] of golden) {
    // two digits are printed, and a heavy-tailed mean over 2048 rows is good to a few per cent
    expect(Math.abs(measure(pilot.at(3 - lag), 3 - lag, 3).mean / mean - 1)).toBeLessThan(0.08);
  }
});
