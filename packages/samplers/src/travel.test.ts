import {
  type Batch,
  constantNoise,
  diagonalNoise,
  fillNormal,
  rootKey,
  type SamplerDefinition,
  type Sde,
} from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { gridOptions } from './grid.js';
import plugin, { probabilityFlow, reverseEulerMaruyama, reverseHeun } from './index.js';
import { collect, last } from './testing/collect.js';
import { job, ouCase, scoreField, vpCase } from './testing/linear-case.js';

const options = gridOptions.parse({});
const key = rootKey(7).at('sampling');
const samplers = [reverseEulerMaruyama, reverseHeun, probabilityFlow].map((definition) => definition.create(options));
const vp = vpCase(0.25, 2);

function normals(n: number, d: number): Batch {
  const data = new Float64Array(n * d);
  fillNormal(rootKey(3), 0, n, d, data);
  return { data, n, d };
}
const rows = ({ data, d }: Batch, from: number, to: number): Batch => ({
  data: data.slice(from * d, to * d),
  n: to - from,
  d,
});

/** dx = −x³ dt + dW: its reversal is +x³, which leaves every bound in finite time. */
const cubic: Sde = {
  ...ouCase(1, 10).sde,
  drift(y, _, out) {
    for (let k = 0; k < y.data.length; k++) out.data[k] = -(y.data[k]! ** 3);
  },
};
const silent = scoreField((y) => {
  if (!Number.isFinite(y)) throw new Error('asked at infinity');
  return 0;
});

test('the plugin lists the three samplers', () => {
  expect(plugin.parts.sampler?.map(({ id }) => id)).toEqual([
    'reverse-euler-maruyama',
    'reverse-heun',
    'probability-flow',
  ]);
});

describe.each(samplers)('$id', (sampler) => {
  test('gives the same numbers for any split of the rows', async () => {
    const start = normals(7, 2);
    const ask = { from: 1, to: 1e-3, steps: 20, times: [0.5], first: 40 };
    const whole = await collect(sampler.sample(job(vp, key, { ...ask, start })));
    const head = await collect(sampler.sample(job(vp, key, { ...ask, start: rows(start, 0, 3) })));
    const tail = await collect(sampler.sample(job(vp, key, { ...ask, start: rows(start, 3, 7), first: 43 })));
    expect(whole.map(({ t }) => t)).toEqual([0.5, 1e-3]);
    whole.forEach(({ y }, k) => {
      expect([...head[k]!.y.data, ...tail[k]!.y.data]).toEqual([...y.data]);
    });
  });

  test('repeats itself and leaves the start alone', async () => {
    const start = normals(3, 2);
    const before = start.data.slice();
    const ask = job(vp, key, { start, from: 1, to: 0.1 });
    const [a, b] = [await last(sampler.sample(ask)), await last(sampler.sample(ask))];
    expect(a.y.data).toEqual(b.y.data);
    expect(start.data).toEqual(before);
  });

  test('reports every step and hands out the start when asked', async () => {
    const seen: number[][] = [];
    const onStep = (done: number, of: number) => seen.push([done, of]);
    const frames = await collect(sampler.sample(job(vp, key, { from: 1, to: 0.5, steps: 2, times: [1], onStep })));
    expect(seen).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(frames.map(({ t }) => t)).toEqual([1, 0.5]);
    expect([...frames[0]!.y.data]).toEqual([1, 1]);
  });

  test('freezes, counts and names a lost path, and disturbs no other', async () => {
    const start = { data: Float64Array.of(0.1, 5, -0.1), n: 3, d: 1 };
    const parts = { sde: cubic, score: silent };
    const ask = { from: 10, to: 0, steps: 20, times: [9, 8], first: 100 };
    const frames = await collect(sampler.sample(job(parts, key, { ...ask, start })));
    const alone = await last(sampler.sample(job(parts, key, { ...ask, start: rows(start, 0, 1) })));
    for (const { lost, y } of frames.slice(1)) {
      expect(lost.map(({ path }) => path)).toContain(101);
      expect(y.n).toBe(3);
      for (const value of y.data) expect(Math.abs(value)).toBeLessThanOrEqual(1e6);
    }
    expect(frames[2]!.y.data[1]).toBe(frames[1]!.y.data[1]);
    const named = frames[2]!.lost.find(({ path }) => path === 101)!;
    expect(named.t).toBeGreaterThan(8);
    if (alone.lost.length === 0) expect(frames[2]!.y.data[0]).toBe(alone.y.data[0]);
  });

  test('stops when told to', async () => {
    const controller = new AbortController();
    const onStep = (done: number) => done === 3 && controller.abort();
    await expect(
      collect(sampler.sample(job(vp, key, { from: 1, to: 0.1, onStep, signal: controller.signal }))),
    ).rejects.toThrow(expect.objectContaining({ code: 'E_INTERRUPTED' }));
  });

  test.each([
    ['states of another dimension', { start: normals(2, 3) }, 'E_SHAPE'],
    ['no states', { start: normals(0, 2) }, 'E_SHAPE'],
    ['a state that is not a number', { start: { data: Float64Array.of(0, Number.NaN), n: 1, d: 2 } }, 'E_NOT_FINITE'],
    ['a state outside the bound', { bound: 0.5 }, 'E_NOT_FINITE'],
    ['a time outside the span', { from: 2 }, 'E_TIME'],
    ['a field without a score', { score: { ...vp.score, provides: new Set(['potential'] as const) } }, 'E_CAPABILITY'],
    [
      'noise that depends on the state',
      { sde: { ...vp.sde, diffusion: { ...vp.sde.diffusion, dependsOn: 'state' as const } } },
      'E_CAPABILITY',
    ],
  ])('refuses %s', (_, wrong, code) => {
    expect(() => sampler.sample(job(vp, key, wrong))).toThrow(expect.objectContaining({ code }));
  });
});

describe.each([reverseEulerMaruyama, reverseHeun] as SamplerDefinition<typeof options>[])('$id', (definition) => {
  test('refuses to run forward', () => {
    const ask = job(vp, key, { from: 0.1, to: 1 });
    expect(() => definition.create(options).sample(ask)).toThrow(expect.objectContaining({ code: 'E_TIME' }));
  });

  test.each([
    ['dense, rank one', constantNoise([[0.5], [-2]]), [[0.5], [-2]]],
    [
      'diagonal, of time',
      diagonalNoise(2, (t, out) => {
        out[0] = 0;
        out[1] = 1 + t;
      }),
      [
        [0, 0],
        [0, 1],
      ],
    ],
  ])('steps with %s noise as the formula says', async (_, diffusion, G) => {
    // v = f − Q s with f = −y and s = (3 y₀, 5 y₁) at every t; only Q s may matter.
    const factor = [3, 5];
    const sde: Sde = { ...ouCase(2, 1).sde, diffusion };
    const score = {
      provides: new Set(['score'] as const),
      evaluate: async (y: Batch, _t: Float64Array, out: { score?: Batch }) => {
        for (let k = 0; k < y.data.length; k++) out.score!.data[k] = factor[k % 2]! * y.data[k]!;
      },
    };
    const heun = definition.id === 'reverse-heun';
    const [t, h] = [0.8, -0.2];
    const gain = (time: number) => (diffusion.dependsOn === 'time' ? 1 + time : 1);
    const m = diffusion.noiseDim;
    const xi = new Float64Array(m);
    fillNormal(key.at('step', 0), 9, 1, m, xi);
    const kick = G.map(
      (row) => Math.sqrt(-h) * gain(heun ? t + h / 2 : t) * row.reduce((sum, g, j) => sum + g * xi[j]!, 0),
    );
    const v = (y: readonly number[], time: number) =>
      y.map((value, i) => {
        const qs = G.reduce((sum, row, j) => {
          const q = row.reduce((inner, g, k) => inner + g * G[i]![k]!, 0) * gain(time) ** 2;
          return sum + q * factor[j]! * y[j]!;
        }, 0);
        return -value - qs;
      });
    const y = [1, -0.5];
    const first = v(y, t);
    const predictor = y.map((value, i) => value + h * first[i]! + kick[i]!);
    const second = v(predictor, t + h);
    const expected = heun ? y.map((value, i) => value + (h / 2) * (first[i]! + second[i]!) + kick[i]!) : predictor;
    const start = { data: Float64Array.from(y), n: 1, d: 2 };
    const ask = job({ sde, score }, key, { start, from: t, to: t + h, steps: 1, first: 9 });
    const { y: end } = await last(definition.create(options).sample(ask));
    // The same float64 operations in another order.
    for (let i = 0; i < 2; i++) expect(end.data[i]).toBeCloseTo(expected[i]!, 13);
  });
});
