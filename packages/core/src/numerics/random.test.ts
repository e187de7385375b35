import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalQuantile } from './normal-quantile.js';
import {
  fillNormal,
  fillNormalRow,
  fillNormalRows,
  fillRademacher,
  fillUniform,
  keyFromWords,
  rootKey,
} from './random.js';

const fills = { fillNormal, fillUniform, fillRademacher };
const draw = (fill: typeof fillNormal, seed: number, first: number, n: number, d: number): Float64Array => {
  const out = new Float64Array(n * d);
  fill(rootKey(seed).at('test'), first, n, d, out);
  return out;
};

describe('draws', () => {
  test.each(Object.entries(fills))('%s does not depend on the split of the batch', (_name, fill) => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        (seed, first, n, d, cut) => {
          const at = cut % (n + 1);
          const split = [...draw(fill, seed, first, at, d), ...draw(fill, seed, first + at, n - at, d)];
          expect(split).toEqual([...draw(fill, seed, first, n, d)]);
        },
      ),
      { numRuns: 50, seed: 4 },
    );
  });

  test('columns may be drawn apart', () => {
    const key = rootKey(3);
    const whole = new Float64Array(6);
    const part = new Float64Array(4);
    fillNormalRow(key, 11, 0, 6, whole, 0);
    fillNormalRow(key, 11, 2, 3, part, 1);
    expect([...part]).toEqual([0, ...whole.subarray(2, 5)]);
  });

  test('moments of 4e5 normals, uniforms and signs', () => {
    const n = 4e5;
    const mean = (values: Float64Array, power: number): number => values.reduce((sum, x) => sum + x ** power, 0) / n;
    const z = draw(fillNormal, 1, 0, n / 4, 4);
    // five standard errors: Var z = 1, Var z² = 2, Var z³ = 15, Var z⁴ = 96
    expect(Math.abs(mean(z, 1))).toBeLessThan(5 * Math.sqrt(1 / n));
    expect(Math.abs(mean(z, 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(mean(z, 3))).toBeLessThan(5 * Math.sqrt(15 / n));
    expect(Math.abs(mean(z, 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    const u = draw(fillUniform, 2, 0, n, 1);
    expect(Math.abs(mean(u, 1) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(u.every((x) => x > 0 && x < 1)).toBe(true);
    const signs = draw(fillRademacher, 3, 0, n, 1);
    expect(signs.every((x) => x === 1 || x === -1)).toBe(true);
    expect(Math.abs(mean(signs, 1))).toBeLessThan(5 * Math.sqrt(1 / n));
  });

  test('neighbouring rows, columns and keys are uncorrelated', () => {
    const n = 1e5;
    const z = draw(fillNormal, 4, 0, n + 1, 2);
    const other = draw(fillNormal, 5, 0, n + 1, 2);
    let [rows, columns, keys] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      rows += z[2 * i]! * z[2 * i + 2]!;
      columns += z[2 * i]! * z[2 * i + 1]!;
      keys += z[2 * i]! * other[2 * i]!;
    }
    for (const sum of [rows, columns, keys]) expect(Math.abs(sum / n)).toBeLessThan(5 / Math.sqrt(n));
  });

  test('normals are the quantiles of the uniforms, and any choice of rows and columns is the same draw', () => {
    const key = rootKey(5);
    const [n, d] = [300, 3]; // longer than what is encrypted at a time
    const [uniforms, normals] = [new Float64Array(n * d), new Float64Array(n * d)];
    fillUniform(key, 7, n, d, uniforms);
    fillNormal(key, 7, n, d, normals);
    expect(normals).toEqual(uniforms.map(normalQuantile));
    for (const first of [7, 2 ** 32 - 150]) {
      const rows = Int32Array.from({ length: 100 }, (_, i) => 3 * i);
      const [some, one] = [new Float64Array(200), new Float64Array(2)];
      fillNormalRows(key, first, rows, 100, 5, 2, some);
      for (const [i, row] of rows.entries()) {
        fillNormalRow(key, first + row, 5, 2, one, 0);
        expect(some.subarray(2 * i, 2 * i + 2)).toEqual(one);
      }
    }
  });

  test('rows beyond 2³² are rows of their own', () => {
    expect(draw(fillNormal, 1, 2 ** 32, 2, 2)).not.toEqual(draw(fillNormal, 1, 0, 2, 2));
    const across = draw(fillNormal, 1, 2 ** 32 - 1, 2, 2);
    expect([...across.subarray(2)]).toEqual([...draw(fillNormal, 1, 2 ** 32, 1, 2)]);
  });
});

describe('keys', () => {
  test('labels chain, and every label counts', () => {
    const key = rootKey(7);
    expect(key.at('bank', 3).words).toEqual(key.at('bank').at(3).words);
    const labels = [
      [],
      ['a'],
      ['b'],
      ['a', 'b'],
      ['ab'],
      [''],
      ['a\0'],
      [0],
      [1],
      [-1],
      [0.5],
      [2 ** 40],
      ['1'],
      ['abcd'],
      ['abcde'],
    ];
    const seen = new Set(labels.map((label) => key.at(...label).words.join()));
    expect(seen.size).toBe(labels.length);
    expect(key.at(-0).words).toEqual(key.at(0).words);
  });

  test('words carry a key to another thread', () => {
    const key = rootKey(7).at('bank');
    const copy = keyFromWords(key.words);
    expect(copy.words).toEqual(key.words);
    expect(copy.at('epoch', 2).words).toEqual(key.at('epoch', 2).words);
  });

  test('seeds are whole numbers', () => {
    expect(rootKey(0).words).not.toEqual(rootKey(2 ** 32).words);
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => rootKey(seed)).toThrow(expect.objectContaining({ code: 'E_PARAMETERS' }));
    }
    expect(() => rootKey(0).at(Number.NaN)).toThrow(expect.objectContaining({ code: 'E_NOT_FINITE' }));
  });
});
