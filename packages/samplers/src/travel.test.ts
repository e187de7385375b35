import {
  type Batch,
  constantNoise,
  diagonalNoise,
  fillNormal,
  rootKey,
  type SamplerDefinition,
  type Sde,
} from '@fokker/core';
import { collect, samplerContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { gridOptions } from './grid.js';
import plugin, { probabilityFlow, reverseEulerMaruyama, reverseHeun } from './index.js';
import { last } from './testing/last.js';
import { job, ouCase, vpCase } from './testing/linear-case.js';

const options = gridOptions.parse({});
const key = rootKey(7).at('sampling');

test('the plugin lists the three samplers', () => {
  expect(plugin.parts.sampler?.map(({ id }) => id)).toEqual([
    'reverse-euler-maruyama',
    'reverse-heun',
    'probability-flow',
  ]);
});

describe.each([reverseEulerMaruyama, reverseHeun, probabilityFlow])('$id', (definition) => {
  test.each(samplerContract(definition))('$name', ({ run }) => run());
  test.each(samplerContract(definition, { clustering: 2 }))('clustered: $name', ({ run }) => run());

  test('refuses a job before it is iterated', () => {
    const ask = job(vpCase(0.25), key, { from: 2 });
    expect(() => definition.create(options).sample(ask)).toThrow(expect.objectContaining({ code: 'E_TIME' }));
  });

  test('a frame belongs to its owner', async () => {
    const ask = job(vpCase(0.25), key, { from: 1, to: 0.5, times: [0.8] });
    const untouched = await collect(definition.create(options).sample(ask));
    const frames = definition.create(options).sample(ask)[Symbol.asyncIterator]();
    (await frames.next()).value.y.data.fill(0);
    expect((await frames.next()).value.y.data).toEqual(untouched[1]!.y.data);
  });
});

describe.each([reverseEulerMaruyama, reverseHeun] as SamplerDefinition<typeof options>[])('$id', (definition) => {
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
