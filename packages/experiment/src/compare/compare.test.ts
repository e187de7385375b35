import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compare } from './compare.js';
import { differencesOf, figuresOf, rankOf, type Seeded } from './figures.js';
import { summarise } from './summary.js';

const config = {
  process: { id: 'active-swimmer', horizon: 1 },
  objective: { id: 'local-dsm', bank: { paths: 64 } },
  schedule: { id: 'constant', lag: 0.2 },
  model: { id: 'mlp', width: 8, depth: 1 },
  training: { steps: 6, batch: 16, workers: 0, device: 'cpu', logEvery: 3, heldOut: 0, bands: 2 },
  simulation: { step: 0.02 },
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
    expect(figures!.scoreError.map(({ metric }) => metric)).toEqual(['fisherError', 'implicitLoss']);
    expect(figures!.scoreError[0]!.error.values).toHaveLength(2);
    expect(figures!.distances[0]!.floor).toBeGreaterThan(0);
    expect(figures!.gradientVariance.map(({ variance }) => variance.mean > 0)).toEqual([true, true]);
    expect(figures!.msPerStep.mean).toBeGreaterThan(0);
  }
  expect(local!.figures!.stepRatio.mean).toBe(1);
  expect(local!.differences).toBeUndefined();
  // E‖s‖²_Q, here 9, is what the relative error and the implicit loss do not share: 9 ΔR = 2 ΔL on the same draws.
  const [error, loss] = ism!.differences!.map(({ difference }) => difference.values);
  for (const [k, value] of error!.entries()) expect(9 * value).toBeCloseTo(2 * loss![k]!, 8);
  const [json, markdown, page] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  expect(JSON.parse(json!).cells).toHaveLength(3);
  expect(markdown).toContain('E_CAPABILITY');
  expect(page).toContain('<svg');
  expect(files.map((file) => file.split('/').at(-1))).toEqual([
    'compare.json',
    'compare.md',
    'compare.html',
    'compare.svg',
    'compare.png',
  ]);
  // Again: what is finished is read, not trained or measured a second time.
  const outcome = join(out, 'active-swimmer-local-dsm-1', 'outcome.json');
  const before = await stat(outcome);
  const again = await compare(config, task);
  expect(again.cells[0]!.figures).toEqual(local!.figures);
  expect((await stat(outcome)).mtimeMs).toBe(before.mtimeMs);
}, 60_000);

test('a training that diverges is recorded with its step and time band', async () => {
  const out = await mkdtemp(join(tmpdir(), 'fokker-compare-'));
  const optimiser = { id: 'sgd', learningRate: 1e30, clip: 'off', warmup: 0 };
  const wild = { ...config, training: { ...config.training, optimiser } };
  const { cells } = await compare(wild, { objectives: ['local-dsm'], seeds: [1], out });
  const [divergence] = cells[0]!.figures!.divergences;
  expect(divergence!.text).toMatch(/step \d+.*time band/);
});

test('at equal time, over a grid of learning rates: steps that fit, the best rate, all of them in the record', async () => {
  const out = await mkdtemp(join(tmpdir(), 'fokker-compare-'));
  const task = {
    objectives: ['local-dsm', 'ism'],
    seeds: [1],
    learningRates: [1e-3, 1e-30],
    equal: 'time' as const,
    out,
  };
  const { cells, equal } = await compare(config, task);
  const pace: Record<string, number> = JSON.parse(await readFile(join(out, 'pace-active-swimmer.json'), 'utf8'));
  expect(equal).toBe('time');
  expect(pace['local-dsm']).toBe(1);
  expect(cells.map(({ steps }) => steps)).toEqual([6, Math.max(1, Math.round(6 / pace.ism!))]);
  for (const { learningRate, figures, rates } of cells) {
    expect(rates!.map((rate) => rate.learningRate)).toEqual([1e-3, 1e-30]);
    const errors = rates!.map((rate) => rate.figures.scoreError[0]!.error.mean);
    expect(figures!.scoreError[0]!.error.mean).toBe(Math.min(...errors));
    expect(rates![errors.indexOf(Math.min(...errors))]!.learningRate).toBe(learningRate);
  }
}, 60_000);

test('differences are taken between equal seeds; a rate that diverges comes last', () => {
  const trial = (error: number): Seeded['outcome'] => ({
    trial: {
      evaluation: { step: 1, samples: [], score: { relative: ['fisherError'], times: [{ t: 1, fisherError: error }] } },
      msPerStep: 1,
      bands: [],
      device: 'cpu',
    },
  });
  const lost: Seeded['outcome'] = { diverged: 'step 3' };
  const of = (...outcomes: Seeded['outcome'][]) => figuresOf(outcomes.map((outcome, k) => ({ seed: k + 1, outcome })));
  const [a, b] = [of(trial(0.5), lost, trial(0.1)), of(trial(0.4), trial(0.2), trial(0.3))];
  const [found] = differencesOf(a, b);
  expect(found!.difference.values).toEqual([0.5 - 0.4, 0.1 - 0.3]);
  expect(rankOf(b)).toBeCloseTo(0.3, 15);
  expect(rankOf(a)).toBeGreaterThan(rankOf(of(trial(1e9), trial(1e9), trial(1e9))));
});

test.each([
  ['no objective', { objectives: [] }],
  ['no seed', { seeds: [] }],
  ['a learning rate below zero', { learningRates: [-1] }],
])('refuses %s', async (_, wrong) => {
  const task = { objectives: ['ism'], out: 'nowhere', ...wrong };
  await expect(compare(config, task)).rejects.toThrow(expect.objectContaining({ code: 'E_USAGE' }));
});

test('the interval of a mean is Student’s', () => {
  const { mean, low, high } = summarise([1, 2, 3]);
  expect(mean).toBe(2);
  expect(high! - mean).toBeCloseTo(4.303 / Math.sqrt(3), 12); // s = 1
  expect(low! + high!).toBeCloseTo(4, 12);
  expect(summarise([5])).toEqual({ mean: 5, values: [5] });
});

test('a misspelt objective or process ends it before anything is trained', async () => {
  const out = join(await mkdtemp(join(tmpdir(), 'fokker-compare-')), 'none');
  for (const words of [{ objectives: ['ism', 'imp'] }, { objectives: ['ism'], processes: ['active-swimer'] }]) {
    await expect(compare(config, { ...words, out })).rejects.toMatchObject({ code: 'E_UNKNOWN_ID' });
  }
  await expect(stat(out)).rejects.toMatchObject({ code: 'ENOENT' });
});
