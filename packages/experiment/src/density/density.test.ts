import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openExperiment } from '../composition/experiment.js';
import { evaluate } from '../evaluation/evaluate.js';
import type { ProgressEvent } from '../progress.js';
import type { Run } from '../run/run.js';
import { sample } from '../sampling/sample.js';
import { train } from '../training/train.js';
import { density } from './density.js';
import { centres, count, logIntegral } from './grid.js';

const config = {
  data: { id: 'gaussian', covariance: [1, 0.25] },
  objective: { id: 'dsm', sigma: 0.1 },
  model: { id: 'energy', width: 24, depth: 2 },
  training: {
    steps: 300,
    batch: 128,
    workers: 0,
    device: 'wasm',
    logEvery: 300,
    heldOut: 0,
    optimiser: { learningRate: 0.01 },
  },
  sampling: { n: 3000, steps: 60, batch: 1000, reverse: { id: 'langevin', epsilon: 0.05 } },
  evaluation: { n: 500, scoreSamples: 500, floorPairs: 2 },
};
let run: Run;
beforeAll(async () => {
  const out = await mkdtemp(join(tmpdir(), 'fokker-density-'));
  run = await train(await openExperiment(config), { out });
});

test('a configuration without a process is a density, with defaults of its own', async () => {
  const { config: resolved, problem } = await openExperiment({ data: { id: 'checkerboard' } });
  expect(problem.kind).toBe('density');
  expect(resolved).toMatchObject({
    process: { id: 'density', dim: 2 },
    objective: { id: 'lcss' },
    model: { id: 'energy' },
    sampling: { reverse: { id: 'langevin' } },
  });
  const refused = openExperiment({ data: { id: 'checkerboard' }, objective: { id: 'local-dsm' } });
  await expect(refused).rejects.toMatchObject({ code: 'E_CAPABILITY' });
  const scoreOnly = { data: { id: 'checkerboard' }, objective: { id: 'fd-ssm', form: 'energy' }, model: { id: 'mlp' } };
  await expect(openExperiment(scoreOnly)).rejects.toMatchObject({ code: 'E_INCOMPATIBLE' });
});

test('the map integrates to 1, and its NLL is near the entropy', async () => {
  const found = await density(run, { cells: 80, points: 4000, device: 'wasm' });
  // log 2πe √(1 · ¼) = 2.145; smoothing by 0.1 and 300 steps of training leave a few hundredths
  expect(Math.abs(found.entropy! - 2.145)).toBeLessThan(0.07); // four standard errors of 4000 points
  expect(found.nll.value - found.entropy!).toBeGreaterThan(-0.02);
  expect(found.nll.value - found.entropy!).toBeLessThan(0.15);
  expect(found.chains).toMatchObject({ n: 3000, lost: 0 });
  for (const file of found.files) expect((await stat(file)).size).toBeGreaterThan(100);
  expect(JSON.parse(await readFile(join(run.directory, 'density', 'density.json'), 'utf8')).nll).toEqual(found.nll);
});

test('chains do not depend on the blocks they are taken in', async () => {
  const { experiment } = run;
  const blocks = { ...experiment.config.sampling, batch: 700 };
  const other = { ...run, experiment: { ...experiment, config: { ...experiment.config, sampling: blocks } } };
  const options = { n: 2000, cells: 16, points: 100, device: 'wasm' };
  const [a, b] = [await density(run, options), await density(other, options)];
  expect(b.chains!.outside).toBe(a.chains!.outside);
  expect(b.chains!.totalVariation).toBeCloseTo(a.chains!.totalVariation, 3); // float32 blocks may round apart
});

test('is evaluated at its one time', async () => {
  const { samples, score } = await evaluate(run, { device: 'wasm' });
  expect(samples.map(({ method }) => method)).toEqual(['reverse', 'control-unreversed', 'control-gaussian']);
  expect(samples[0]!.times.map(({ t }) => t)).toEqual([0]);
  expect(score.times).toHaveLength(1);
});

test('a grid counts its centres once each and integrates a Gaussian', () => {
  const grid = {
    cells: 60,
    ranges: [
      { from: -6, to: 6 },
      { from: -5, to: 5 },
    ] as const,
  };
  const points = centres(grid);
  const counts = new Float64Array(3600);
  expect(count(grid, points, counts)).toBe(0);
  expect(counts.every((c) => c === 1)).toBe(true);
  const f = Float64Array.from(
    { length: 3600 },
    (_, k) => -0.5 * (points.data[2 * k]! ** 2 + points.data[2 * k + 1]! ** 2),
  );
  expect(logIntegral(f, grid)).toBeCloseTo(Math.log(2 * Math.PI), 5); // beyond five standard deviations 6e-7 is missing
});

test('Metropolis chains tell how many moves they made, in any split, and are advised where the step is far off', async () => {
  const mala = (epsilon: number) => ({ id: 'mala', epsilon });
  const few = { n: 200, steps: 20, device: 'wasm' };
  const fair = await sample(run, { ...few, sampler: mala(0.3) });
  expect(fair.acceptance!.proposed).toBe(200 * 20);
  expect(fair.hints).toEqual([]);
  const sampling = { ...run.experiment.config.sampling, batch: 70 };
  const split = { ...run, experiment: { ...run.experiment, config: { ...run.experiment.config, sampling } } };
  const { acceptance } = await sample(split, { ...few, sampler: mala(0.3) });
  // float32 rounding between blocks decides a move once in many thousand
  expect(Math.abs(acceptance!.accepted - fair.acceptance!.accepted)).toBeLessThan(5);
  const told: string[] = [];
  const progress = (event: ProgressEvent) => void (event.kind === 'notice' && told.push(event.text));
  for (const epsilon of [20, 1e-4]) {
    const { hints } = await sample(run, { ...few, sampler: mala(epsilon), progress });
    expect(hints).toMatchObject([{ code: 'H_ACCEPTANCE' }]);
  }
  expect(told.filter((text) => text.startsWith('H_ACCEPTANCE'))).toHaveLength(2);
});
