import { type Batch, constantNoise, diagonalNoise, fillNormal, rootKey, type Sde } from '@fokker/core';
import { collect, samplerContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import plugin, { ancestral, predictorCorrector, probabilityFlow, reverseEulerMaruyama, reverseHeun } from './index.js';
import { reverseOptions } from './reverse.js';
import { last } from './testing/last.js';
import { job, ouCase, vpCase } from './testing/linear-case.js';

const key = rootKey(7).at('sampling');

test('the plugin lists every sampler once, each with a summary', () => {
  const samplers = plugin.parts.sampler!;
  expect(new Set(samplers.map(({ id }) => id)).size).toBe(samplers.length);
  for (const { summary } of samplers) expect(summary).toMatch(/^[a-zA-Z]/);
});

describe.each([...plugin.parts.sampler!])('$id', (definition) => {
  const loses = definition.id !== 'mala';
  test.each(samplerContract(definition, {}, { loses }))('$name', ({ run }) => run());
});

describe.each([
  ['an error-equalising grid', reverseHeun, { grid: 'error' }],
  ['a clustered grid', reverseHeun, { clustering: 2 }],
  ['a last step without noise', reverseEulerMaruyama, { denoise: true }],
  [
    'one step size for all rows of the path’s own norms',
    predictorCorrector,
    { norms: 'sample', predictor: 'reverse-heun' },
  ],
  ['a fixed correction', predictorCorrector, { epsilon: 1e-3, correctors: 2 }],
  ['the variance of the forward step', ancestral, { variance: 'transition' }],
] as const)('%s', (_, definition, chosen) => {
  test.each(samplerContract(definition, chosen))('$name', ({ run }) => run());
});

describe.each([reverseEulerMaruyama, reverseHeun, probabilityFlow])('$id', (definition) => {
  test('refuses a job before it is iterated', () => {
    const ask = job(vpCase(0.25), key, { from: 2 });
    expect(() => definition.create(reverseOptions.parse({})).sample(ask)).toThrow(
      expect.objectContaining({ code: 'E_TIME' }),
    );
  });

  test('a frame belongs to its owner', async () => {
    const ask = job(vpCase(0.25), key, { from: 1, to: 0.5, times: [0.8] });
    const untouched = await collect(definition.create(reverseOptions.parse({})).sample(ask));
    const frames = definition.create(reverseOptions.parse({})).sample(ask)[Symbol.asyncIterator]();
    (await frames.next()).value.y.data.fill(0);
    expect((await frames.next()).value.y.data).toEqual(untouched[1]!.y.data);
  });
});

describe.each([reverseEulerMaruyama, reverseHeun])('$id', (definition) => {
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
    const { y: end } = await last(definition.create(reverseOptions.parse({})).sample(ask));
    // The same float64 operations in another order.
    for (let i = 0; i < 2; i++) expect(end.data[i]).toBeCloseTo(expected[i]!, 13);
  });
});
