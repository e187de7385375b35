import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Batch, type Sde, zeros } from '../contracts/index.js';
import '../testing/vitest.js';
import { createIntegrator, type IntegratorOptions } from './integrate.js';
import { stepsFor } from './integrator-rows.js';
import { constantNoise, denseNoise, scalarNoise } from './noise.js';
import { fillNormal, rootKey } from './random.js';
import { simulate } from './simulate.js';

const span = { t0: 0, T: 10 };
const swimmer: Pick<Sde, 'dim' | 'drift' | 'diffusion' | 'span'> = {
  dim: 2,
  span,
  diffusion: constantNoise([[0], [Math.sqrt(0.2)]]),
  drift(y, _t, out) {
    for (let k = 0; k < 2 * y.n; k += 2) {
      out.data[k] = -(y.data[k]! ** 3) + y.data[k + 1]!;
      out.data[k + 1] = -0.1 * y.data[k + 1]!;
    }
  },
};
const ornsteinUhlenbeck: typeof swimmer = {
  dim: 1,
  span,
  diffusion: scalarNoise(1, 1),
  drift(y, _t, out) {
    for (let i = 0; i < y.n; i++) out.data[i] = -y.data[i]!;
  },
};
const key = rootKey(2).at('path');
const startOf = (n: number, d: number): Batch => {
  const y = zeros(n, d);
  fillNormal(rootKey(2).at('start'), 0, n, d, y.data);
  return y;
};

describe.each(['heun', 'euler-maruyama'] as const)('%s', (scheme) => {
  test('a path is the same whatever batch it travels in', () => {
    const integrator = createIntegrator(swimmer, { scheme, step: 0.03 });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.nat(), fc.nat(1000), (n, cut, first) => {
        const at = 1 + (cut % (n - 1));
        const [t0, t1] = [new Float64Array(n), new Float64Array(n)];
        for (let i = 0; i < n; i++) {
          t0[i] = 0.1 * i;
          t1[i] = 0.1 * i + ((i * 7) % 5) * 0.11;
        }
        const whole = startOf(n, 2);
        const left: Batch = { data: whole.data.slice(0, 2 * at), n: at, d: 2 };
        const right: Batch = { data: whole.data.slice(2 * at), n: n - at, d: 2 };
        integrator.advance(whole, t0, t1, key, first);
        integrator.advance(left, t0, t1, key, first);
        integrator.advance(right, t0.subarray(at), t1.subarray(at), key, first + at);
        expect([...left.data, ...right.data]).toEqual([...whole.data]);
      }),
      { numRuns: 30, seed: 4 },
    );
  });

  test('follows the recursion of its formula', () => {
    // drift t y and noise (1 + t), which Heun takes in the middle: one step of each scheme by hand, two rows with different steps
    const sde: typeof swimmer = {
      dim: 1,
      span,
      diffusion: scalarNoise(1, (t) => 1 + t),
      drift: (y, t, out) => {
        for (let i = 0; i < y.n; i++) out.data[i] = t[i]! * y.data[i]!;
      },
    };
    const y: Batch = { data: Float64Array.of(0.5, 2), n: 2, d: 1 };
    createIntegrator(sde, { scheme, step: 0.1 }).advance(y, Float64Array.of(1, 2), Float64Array.of(1.1, 2.2), key, 5);
    const xi = new Float64Array(4);
    fillNormal(key, 5, 2, 2, xi);
    const step = (state: number, t: number, h: number, z: number): number => {
      const noise = (1 + t + (scheme === 'heun' ? h / 2 : 0)) * Math.sqrt(h) * z;
      const predicted = state + h * t * state + noise;
      return scheme === 'heun' ? state + 0.5 * h * (t * state + (t + h) * predicted) + noise : predicted;
    };
    const h = (2.2 - 2) / 2;
    expect(y.data).toBeAllClose([step(0.5, 1, 1.1 - 1, xi[0]!), step(step(2, 2, h, xi[2]!), 2 + h, h, xi[3]!)], {
      rtol: 1e-14,
    });
  });

  test('a row that stays where it is draws nothing', () => {
    const y = startOf(2, 2);
    const before = [...y.data];
    createIntegrator(swimmer, { scheme, step: 0.01 }).advance(
      y,
      Float64Array.of(1, 1),
      Float64Array.of(1, 1.5),
      key,
      0,
    );
    expect([...y.data.subarray(0, 2)]).toEqual(before.slice(0, 2));
    expect([...y.data.subarray(2)]).not.toEqual(before.slice(2));
  });

  test('a path that diverges is named', () => {
    const explosive = {
      ...ornsteinUhlenbeck,
      drift: (y: Batch, _t: Float64Array, out: Batch) => out.data.set(y.data.map((x) => x ** 3)),
    };
    const y: Batch = { data: Float64Array.of(0, 50), n: 2, d: 1 };
    const run = () =>
      createIntegrator(explosive, { scheme, step: 0.1 }).advance(y, new Float64Array(2), Float64Array.of(2, 2), key, 0);
    expect(run).toThrow(
      expect.objectContaining({ code: 'E_DIVERGED', got: expect.stringMatching(/^row 1, .* at t = /) }),
    );
  });
});

test('row 42: Euler–Maruyama on OU(1, σ² = 1) with h = 0.1 has stationary variance σ²/2k/(1 − kh/2)', () => {
  const n = 80_000;
  const expected = 0.5 / (1 - 0.05);
  expect(expected).toBeCloseTo(0.5263158, 7);
  const start = zeros(n, 1);
  fillNormal(rootKey(42), 0, n, 1, start.data);
  const [frame] = simulate(ornsteinUhlenbeck, start, [6], { scheme: 'euler-maruyama', step: 0.1, key });
  const variance = frame!.y.data.reduce((sum, x) => sum + x * x, 0) / n;
  // the table's 2 %: four standard errors of a variance of n normals; the start, N(0, 1), has decayed by 0.9¹²⁰
  expect(Math.abs(variance / expected - 1)).toBeLessThan(0.02);
});

test('Heun has deterministic order two', () => {
  const quiet = { ...swimmer, diffusion: constantNoise([[0], [0]]) };
  const endOf = (step: number, scheme: IntegratorOptions['scheme'] = 'heun'): number => {
    const [frame] = simulate(quiet, { data: Float64Array.of(1.2, -0.4), n: 1, d: 2 }, [1], { scheme, step, key });
    return frame!.y.data[0]!;
  };
  const exact = endOf(1 / 4096);
  const order = Math.log2((endOf(1 / 32) - exact) / (endOf(1 / 64) - exact));
  expect(Math.abs(order - 2)).toBeLessThan(0.1);
  const first = Math.log2((endOf(1 / 32, 'euler-maruyama') - exact) / (endOf(1 / 64, 'euler-maruyama') - exact));
  expect(Math.abs(first - 1)).toBeLessThan(0.1);
});

test('state-dependent noise is read at the start of the step (Itô)', () => {
  // dY = Y dW has E Y_t = Y_0 in the Itô sense; at the midpoint (Stratonovich) it would grow by e^{t/2} = 1.13
  const n = 40_000;
  const geometric: typeof swimmer = {
    dim: 1,
    span,
    diffusion: denseNoise(
      1,
      1,
      (_t, out, y, offset) => {
        out[0] = y![offset!]!;
      },
      'state',
    ),
    drift: (_y, _t, out) => {
      out.data.fill(0);
    },
  };
  const start: Batch = { data: new Float64Array(n).fill(1), n, d: 1 };
  const [frame] = simulate(geometric, start, [0.25], { scheme: 'heun', step: 0.01, key });
  const mean = frame!.y.data.reduce((sum, x) => sum + x, 0) / n;
  expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt((Math.exp(0.25) - 1) / n));
});

describe('simulate', () => {
  test('frames at the times asked, the start untouched', () => {
    const start = startOf(3, 2);
    const before = [...start.data];
    const seen: number[] = [];
    const frames = simulate(swimmer, start, [0, 0.5, 2], {
      scheme: 'heun',
      step: 0.1,
      key,
      onStep: (done) => seen.push(done),
    });
    expect(frames.map(({ t }) => t)).toEqual([0, 0.5, 2]);
    expect([...start.data]).toEqual(before);
    expect([...frames[0]!.y.data]).toEqual(before);
    expect(seen).toEqual([1, 2, 3]);
    const alone: Batch = { data: start.data.slice(4), n: 1, d: 2 };
    const last = simulate(swimmer, alone, [0, 0.5, 2], { scheme: 'heun', step: 0.1, key, first: 2 }).at(-1)!;
    expect([...last.y.data]).toEqual([...frames[2]!.y.data.subarray(4)]);
  });

  test('times run forward', () => {
    const run = (times: number[]) => simulate(swimmer, startOf(1, 2), times, { scheme: 'heun', step: 0.1, key });
    for (const times of [[1, 0.5], [-1], [Number.NaN]])
      expect(() => run(times)).toThrow(expect.objectContaining({ code: 'E_TIME' }));
  });
});

test('steps are equal, none longer than asked, and rounding adds none', () => {
  expect(stepsFor(0.3, 0.1)).toBe(3);
  expect(stepsFor(0.31, 0.1)).toBe(4);
  expect(stepsFor(1e-12, 0.1)).toBe(1);
  expect(stepsFor(0, 0.1)).toBe(0);
  const bad = () => createIntegrator(swimmer, { scheme: 'heun', step: 0 });
  expect(bad).toThrow(expect.objectContaining({ code: 'E_PARAMETERS' }));
  const backwards = () =>
    createIntegrator(swimmer, { scheme: 'heun', step: 1 }).advance(
      startOf(1, 2),
      Float64Array.of(1),
      Float64Array.of(0),
      key,
      0,
    );
  expect(backwards).toThrow(expect.objectContaining({ code: 'E_TIME' }));
});
