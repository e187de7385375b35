import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dataset, Key, Sde } from '../contracts/index.js';
import { zeros } from '../contracts/index.js';
import { affineTransition, fillNormal, rootKey, scalarNoise } from '../numerics/index.js';
import { birthOf } from './bank.js';
import { type PathOptions, preparePaths } from './path-recipe.js';
import { createPathSource, type PathSource } from './path-source.js';

const key = rootKey(53);

/** N(2, ½²) in each coordinate. */
const data: Dataset = {
  dim: 2,
  draw(key, first, out) {
    fillNormal(key, first, out.n, out.d, out.data);
    for (let k = 0; k < out.data.length; k++) out.data[k] = 2 + 0.5 * out.data[k]!;
  },
};

/** dY = −Y dt + dW on [½, 2½], without its transition. */
const simulated: Sde = {
  dim: 2,
  span: { t0: 0.5, T: 2.5 },
  cutoff: { train: 0.5, sample: 0.5 },
  affine: true,
  drift(y, _, out) {
    for (let k = 0; k < y.n * 2; k++) out.data[k] = -y.data[k]!;
  },
  diffusion: scalarNoise(2, 1),
};
const exact: Sde = {
  ...simulated,
  transition: affineTransition((s, t) => ({ a: Math.exp(s - t), variance: -0.5 * Math.expm1(2 * (s - t)) })),
};

const sourceOf = (sde: Sde, options: PathOptions, under: Key = key): PathSource =>
  createPathSource({ sde, data }, preparePaths({ sde, data }, options, key), under);

/** Start times that look random but depend on the sample alone; every seventh is t0, every eleventh T. */
const timeOf = (sample: number): number =>
  sample % 7 === 0 ? 0.5 : sample % 11 === 0 ? 2.5 : 0.5 + 2 * ((sample * 0.6180339887498949) % 1);

const states = (source: PathSource, first: number, count: number): number[] => {
  const out = zeros(count, 2);
  source.start(
    first,
    count,
    Float64Array.from({ length: count }, (_, i) => timeOf(first + i)),
    out,
  );
  return Array.from(out.data);
};

const small: PathOptions = { paths: 300, spacing: 0.3, refresh: 0.5, step: 0.05 };

describe.each([
  ['trajectory bank', simulated],
  ['exact transition', exact],
])('start states from the %s', (_, sde) => {
  const total = 1300; // beyond the fourth epoch of 300 slots
  const whole = states(sourceOf(sde, small), 0, total);

  test('are bit-identical for any split of the samples', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 }), (cuts) => {
        const source = sourceOf(sde, small);
        const pieces: number[] = [];
        for (let first = 0, k = 0; first < total; k++) {
          const count = Math.min(total - first, cuts[k % cuts.length]!);
          pieces.push(...states(source, first, count));
          first += count;
        }
        expect(pieces).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  });

  test('are bit-identical in any order and from any number of sources', () => {
    const workers = [sourceOf(sde, small), sourceOf(sde, small)];
    const ranges = Array.from({ length: 13 }, (_, k) => 100 * (12 - k));
    const pieces = ranges.map((first, k) => states(workers[k % 2]!, first, 100)).reverse();
    expect(pieces.flat()).toEqual(whole);
  });

  test('survive the recipe’s way through JSON', () => {
    const recipe = JSON.parse(JSON.stringify(preparePaths({ sde, data }, small, key)));
    expect(states(createPathSource({ sde, data }, recipe, key), 250, 200)).toEqual(whole.slice(500, 900));
  });

  test('are other paths under the held-out key', () => {
    const other = states(sourceOf(sde, small, key.at('held-out')), 0, 300);
    expect(other.some((value, k) => value === whole[k])).toBe(false);
  });

  test('have the law of the process at s', () => {
    const n = 20_000;
    const source = sourceOf(sde, { step: 0.02, spacing: 0.25, paths: n });
    for (const s of [0.5, 0.7, 1.63, 2.5]) {
      const out = zeros(n, 2);
      source.start(0, n, new Float64Array(n).fill(s), out);
      const mean = out.data.reduce((a, b) => a + b) / (2 * n);
      const variance = out.data.reduce((a, b) => a + (b - mean) ** 2, 0) / (2 * n);
      const decay = Math.exp(0.5 - s);
      const expected = 0.25 * decay ** 2 + 0.5 * (1 - decay ** 2);
      // 4.5 standard errors of 40,000 numbers; Heun's error at h = 0.02 is below 1e-4
      expect(Math.abs(mean - 2 * decay)).toBeLessThan(4.5 * Math.sqrt(expected / (2 * n)));
      expect(Math.abs(variance / expected - 1)).toBeLessThan(4.5 * Math.sqrt(1 / n));
    }
  });

  test('outside the span or in arrays that do not fit are refused', () => {
    const source = sourceOf(sde, small);
    const at = (s: number) => () => source.start(0, 1, Float64Array.of(s), zeros(1, 2));
    for (const s of [0.49, 2.51, Number.NaN]) expect(at(s)).toThrow(expect.objectContaining({ code: 'E_TIME' }));
    expect(() => source.start(0, 2, Float64Array.of(1), zeros(2, 2))).toThrow(
      expect.objectContaining({ code: 'E_SHAPE' }),
    );
    expect(() => source.start(0, 1, Float64Array.of(1), zeros(1, 3))).toThrow(
      expect.objectContaining({ code: 'E_SHAPE' }),
    );
  });
});

describe('the trajectory bank', () => {
  test('gives the datum of its path at t0, whatever the epoch', () => {
    const source = sourceOf(simulated, { ...small, refresh: 0 });
    const at = (first: number) => {
      const out = zeros(300, 2);
      source.start(first, 300, new Float64Array(300).fill(0.5), out);
      return out.data;
    };
    const drawn = zeros(300, 2);
    data.draw(key.at('bank').at('data').at(0), 0, drawn);
    expect(at(0)).toEqual(drawn.data);
    expect(at(3000)).toEqual(drawn.data);
  });

  test('renews each block once in a period, a fraction of the blocks each epoch', () => {
    const period = 4;
    for (let block = 0; block < 8; block++) {
      const births = Array.from({ length: 16 }, (_, epoch) => birthOf(epoch, block, period));
      const expected = births.map((_, epoch) => {
        let b = epoch;
        while (b > 0 && (b + block) % period !== 0) b--;
        return b;
      });
      expect(births).toEqual(expected);
    }
    expect([0, 5, 90].map((epoch) => birthOf(epoch, 3, 0))).toEqual([0, 0, 0]);
  });

  test('keeps memory modest and a whole number of steps to a cell by itself', () => {
    const recipe = preparePaths({ sde: simulated, data }, {}, key);
    expect(recipe).toEqual({
      kind: 'bank',
      paths: 8192,
      block: 256,
      cells: 250,
      period: 64,
      step: 0.002,
      scheme: 'heun',
    });
  });

  test('halves its step until a stiff process stays finite, and refuses a given step that does not', () => {
    const stiff: Sde = {
      ...simulated,
      drift(y, _, out) {
        for (let k = 0; k < y.n * 2; k++) out.data[k] = -400 * y.data[k]! ** 3;
      },
    };
    const recipe = preparePaths({ sde: stiff, data }, {}, key);
    expect(recipe).toMatchObject({ step: expect.closeTo(0.002 / 4, 3) });
    expect(() => preparePaths({ sde: stiff, data }, { step: 0.02 }, key)).toThrow(
      expect.objectContaining({ code: 'E_DIVERGED' }),
    );
  });

  test('refuses a recipe that is none, or another process’s', () => {
    const open = (recipe: string) => () => createPathSource({ sde: simulated, data }, JSON.parse(recipe), key);
    expect(open('{"kind":"bank","paths":0}')).toThrow(expect.objectContaining({ code: 'E_FORMAT' }));
    expect(open('{"kind":"exact"}')).toThrow(expect.objectContaining({ code: 'E_CAPABILITY' }));
  });
});
