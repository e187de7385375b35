import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dataset, parseOptions, rootKey, zeros } from '@fokker/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeCsv } from '../formats/csv.js';
import { writeNpy } from '../formats/npy.js';
import { mixtureDataset } from './mixture.js';
import plugin from './plugin.js';

const identity = (d: number) => Float64Array.from({ length: d * d }, (_, k) => (k % (d + 1) === 0 ? 1 : 0));
const open = async (id: string, options: Record<string, unknown> = {}, dim = 2, directory = '.'): Promise<Dataset> => {
  const definition = plugin.parts.dataset!.find((each) => each.id === id)!;
  return definition.create(parseOptions('dataset', definition, options), {
    directory,
    dim,
    initial: mixtureDataset([{ weight: 1, mean: new Array<number>(dim).fill(3), covariance: identity(dim) }], dim),
  });
};
const drawn = (data: Dataset, n: number, first = 0, seed = 1) => {
  const out = zeros(n, data.dim);
  data.draw(rootKey(seed), first, out);
  return out;
};
const refusal = (code: string) => expect.objectContaining({ code });

let folder = '';
const table = { data: Float64Array.of(1, 10, 2, 20, 3, 30), n: 3, d: 2 };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fokker-data-'));
  await writeNpy(join(folder, 'table.npy'), table);
  await writeCsv(join(folder, 'table.csv'), table, ['x', 'v']);
});

const mixture = {
  components: [
    {
      weight: 1,
      mean: [-1, 0.5],
      covariance: [
        [0.5, 0.1],
        [0.1, 0.3],
      ],
    },
    { weight: 3, mean: [1.5, -0.5], covariance: [0.4, 0.6] },
  ],
};
const options: Record<string, Record<string, unknown>> = {
  'gaussian-mixture': mixture,
  atoms: {
    points: [
      [0, 1],
      [2, 3],
    ],
    weights: [1, 2],
  },
  npy: { path: 'table.npy' },
  csv: { path: 'table.csv' },
};

describe('data sets', () => {
  for (const { id } of plugin.parts.dataset!) {
    test(`${id}: row i depends on key and index alone; everything is finite`, async () => {
      const data = await open(id, options[id], 2, folder);
      const whole = drawn(data, 64);
      expect(whole.data.every(Number.isFinite)).toBe(true);
      for (let i = 0; i < 64; i++) expect(drawn(data, 1, i).data).toEqual(whole.data.slice(2 * i, 2 * i + 2));
      expect(drawn(data, 64, 0, 2).data).not.toEqual(whole.data);
    });
  }

  test('gaussian: mean and covariance of the draws', async () => {
    const data = await open('gaussian', {
      mean: [1, -2],
      covariance: [
        [2, 0.6],
        [0.6, 0.5],
      ],
    });
    const { data: y, n } = drawn(data, 100_000);
    const sums = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const [a, b] = [y[2 * i]! - 1, y[2 * i + 1]! + 2];
      [a, b, a * a, a * b, b * b].forEach((value, k) => {
        sums[k]! += value / n;
      });
    }
    // Four standard errors at most: √(2·2²/1e5) = .009 for the widest entry.
    [0, 0, 2, 0.6, 0.5].forEach((value, k) => {
      expect(Math.abs(sums[k]! - value)).toBeLessThan(0.036);
    });
  });

  test('mixture: weights are met; the score is the gradient of the log-density', async () => {
    const data = await open('gaussian-mixture', mixture);
    const y = drawn(data, 200);
    const { logDensity, score } = data.density!;
    const s = zeros(200, 2);
    score(y, s);
    const h = 1e-5;
    for (let j = 0; j < 2; j++) {
      const [ahead, behind] = [h, -h].map((step) => {
        const out = new Float64Array(200);
        logDensity({ ...y, data: y.data.map((value, k) => (k % 2 === j ? value + step : value)) }, out);
        return out;
      });
      // Central differences of h = 1e-5: truncation h²·|∂³| ~ 1e-9 and rounding 1e-16/h ~ 1e-11, times curvatures of order ten.
      for (let i = 0; i < 200; i++) expect(s.data[2 * i + j]).toBeCloseTo((ahead![i]! - behind![i]!) / (2 * h), 6);
    }
    expect(data.mixture!.map(({ weight }) => weight)).toEqual([0.25, 0.75]);
    const left = drawn(data, 20_000).data.filter((value, k) => k % 2 === 0 && value < 0.25).length / 20_000;
    expect(left).toBeGreaterThan(0.22);
    expect(left).toBeLessThan(0.3);
  });

  test('atoms: only the points, no density', async () => {
    const data = await open('atoms', options.atoms);
    const { data: y } = drawn(data, 1000);
    const second = y.filter((value, k) => k % 2 === 0 && value === 2).length;
    expect(y.filter((value, k) => k % 2 === 0 && value === 0).length + second).toBe(1000);
    expect(Math.abs(second / 1000 - 2 / 3)).toBeLessThan(0.06); // four standard errors of a fraction of 1000
    expect(data.density).toBeUndefined();
  });

  test('checkerboard: points on the eight squares, each with an eighth of them', async () => {
    const n = 40_000;
    const { data: y } = drawn(await open('checkerboard'), n);
    const counts = new Map<string, number>();
    for (let i = 0; i < n; i++) {
      const [a, b] = [Math.floor(y[2 * i]! / 2), Math.floor(y[2 * i + 1]! / 2)];
      counts.set(`${a},${b}`, (counts.get(`${a},${b}`) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['-1,-1', '-1,1', '-2,-2', '-2,0', '0,-2', '0,0', '1,-1', '1,1']);
    for (const count of counts.values()) expect(Math.abs(count / n - 1 / 8)).toBeLessThan(0.0067); // four standard errors
  });

  test('files: rows are drawn with replacement, columns can be chosen', async () => {
    const data = await open('csv', { path: 'table.csv', columns: ['v', 'x'] }, 2, folder);
    const { data: y } = drawn(data, 300);
    for (let i = 0; i < 300; i++) expect(y[2 * i]).toBe(10 * y[2 * i + 1]!);
    expect(new Set(y.filter((_, k) => k % 2 === 1))).toEqual(new Set([1, 2, 3]));
    expect(data.size).toBe(3);
  });

  test('what does not fit is refused by code', async () => {
    await writeFile(join(folder, 'nan.csv'), '1,2\n3,nan\n');
    await writeFile(join(folder, 'text.npy'), 'not numpy');
    await expect(open('two-moons', {}, 3)).rejects.toThrow(refusal('E_INCOMPATIBLE'));
    await expect(open('npy', { path: 'absent.npy' }, 2, folder)).rejects.toThrow(refusal('E_FILE'));
    await expect(open('npy', { path: 'table.npy' }, 3, folder)).rejects.toThrow(refusal('E_SHAPE'));
    await expect(open('npy', { path: 'text.npy' }, 2, folder)).rejects.toThrow(refusal('E_FORMAT'));
    await expect(open('csv', { path: 'nan.csv' }, 2, folder)).rejects.toThrow(refusal('E_NOT_FINITE'));
    await expect(open('csv', { path: 'table.csv', columns: ['w'] }, 1, folder)).rejects.toThrow(refusal('E_DATA'));
    await expect(open('npy', {}, 2, folder)).rejects.toThrow(refusal('E_PARAMETERS'));
    await expect(open('gaussian', { mean: [1] })).rejects.toThrow(refusal('E_SHAPE'));
    await expect(
      open('gaussian', {
        covariance: [
          [1, 2],
          [2, 1],
        ],
      }),
    ).rejects.toThrow(refusal('E_COVARIANCE'));
    await expect(
      open('gaussian', {
        covariance: [
          [1, 0.5],
          [0, 1],
        ],
      }),
    ).rejects.toThrow(refusal('E_COVARIANCE'));
    await expect(open('gaussian', { covariance: [[1, 0], [0]] })).rejects.toThrow(refusal('E_SHAPE'));
    await expect(open('atoms', { points: [[0, 0]], weights: [1, 1] })).rejects.toThrow(refusal('E_DATA'));
    await expect(open('atoms', { points: [[0]] })).rejects.toThrow(refusal('E_SHAPE'));
    await expect(open('spirals', { arms: 0 })).rejects.toThrow(refusal('E_PARAMETERS'));
  });
});
