import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compare } from './compare.js';
import { summarise } from './summary.js';

const config = {
  process: { id: 'active-swimmer', horizon: 1 },
  objective: { id: 'local-dsm', bank: { paths: 64 } },
  schedule: { id: 'constant', lag: 0.2 },
  model: { id: 'mlp', width: 8, depth: 1 },
  training: { steps: 6, batch: 16, workers: 0, device: 'cpu', logEvery: 3, heldOut: 0, bands: 2 },
  sampling: { steps: 10 },
  evaluation: {
    n: 100,
    floorPairs: 1,
    scoreSamples: 100,
    times: [0.5],
    reference: [{ t: 0.5, fisher: 9 }],
    metrics: [{ id: 'sliced-w2' }],
  },
};

test('cells are measured with intervals over seeds, or refused with the reason and the alternatives', async () => {
  const out = await mkdtemp(join(tmpdir(), 'fokker-compare-'));
  const task = { objectives: ['local-dsm', 'dsm', 'ism'], seeds: [1, 2], out };
  const { cells, files } = await compare(config, task);
  const [local, dsm, ism] = cells;
  expect(cells.map(({ objective }) => objective)).toEqual(task.objectives);
  expect(dsm!.refusal).toMatchObject({ code: 'E_CAPABILITY', expected: expect.stringContaining('transition') });
  expect(dsm!.refusal!.tryThis.join()).toContain('local-dsm');
  for (const { figures } of [local!, ism!]) {
    expect(figures!.scoreError).toHaveLength(1);
    expect(figures!.scoreError[0]!.error.values).toHaveLength(2);
    expect(figures!.distances[0]!.floor).toBeGreaterThan(0);
    expect(figures!.gradientVariance.map(({ variance }) => variance.mean > 0)).toEqual([true, true]);
    expect(figures!.msPerStep.mean).toBeGreaterThan(0);
  }
  expect(local!.figures!.stepRatio.mean).toBe(1);
  const [json, markdown, page] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  expect(JSON.parse(json!).cells).toHaveLength(3);
  expect(markdown).toContain('E_CAPABILITY');
  expect(page).toContain('active-swimmer');
  // Again: the runs are there, and nothing is trained a second time.
  const again = await compare(config, task);
  expect(again.cells[0]!.figures!.scoreError).toEqual(local!.figures!.scoreError);
}, 60_000);

test('a training that diverges is recorded with its step and time band', async () => {
  const out = await mkdtemp(join(tmpdir(), 'fokker-compare-'));
  const optimiser = { id: 'sgd', learningRate: 1e30, clip: 'off', warmup: 0 };
  const wild = { ...config, training: { ...config.training, optimiser } };
  const { cells } = await compare(wild, { objectives: ['local-dsm'], seeds: [1], out });
  const [divergence] = cells[0]!.figures!.divergences;
  expect(divergence!.text).toMatch(/step \d+.*time band/);
});

test('the interval of a mean is Student’s', () => {
  const { mean, low, high } = summarise([1, 2, 3]);
  expect(mean).toBe(2);
  expect(high! - mean).toBeCloseTo(4.303 / Math.sqrt(3), 12); // s = 1
  expect(low! + high!).toBeCloseTo(4, 12);
  expect(summarise([5])).toEqual({ mean: 5, values: [5] });
});
