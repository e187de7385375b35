import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineObjective, definePlugin, pointwiseSde, rootKey } from '@fokker/core';
import { dsm } from '@fokker/objectives';
import { beforeAll, describe, expect, test } from 'vitest';
import { openExperiment } from '../composition/experiment.js';
import { readLines } from '../formats/jsonl.js';
import type { ProgressEvent } from '../progress.js';
import { runPaths } from '../run/folder.js';
import { openRun } from '../run/run.js';
import { createBatches } from './network.js';
import { startTraining } from './start.js';
import { train } from './train.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fokker-train-'));
});

const refusal = (code: string, fields: object = {}) => expect.objectContaining({ code, ...fields });
const config = (training: object = {}) => ({
  process: { id: 'active-swimmer', horizon: 1 },
  objective: { id: 'local-dsm', bank: { paths: 64 } },
  schedule: { id: 'constant', lag: 0.2 },
  model: { id: 'mlp', width: 8, depth: 1 },
  training: {
    steps: 12,
    batch: 16,
    workers: 0,
    device: 'cpu',
    logEvery: 5,
    checkpointEvery: 4,
    keep: 2,
    heldOut: 32,
    ...training,
  },
});
const open = (training: object = {}) => openExperiment(config(training));

/** Everything of a checkpoint, and the metrics without the clock. */
async function outcome(out: string, step = '000012') {
  const names = ['model.safetensors', 'ema.safetensors', 'optimiser.safetensors', 'state.json'];
  const files = await Promise.all(names.map((name) => readFile(join(out, 'checkpoints', step, name), 'hex')));
  const lines = await readLines(join(out, 'metrics.jsonl'));
  return { files, lines: lines.map((line) => ({ ...Object(line), stepsPerSecond: 0 })) };
}

test('times that follow losses: a resumed run is the unbroken one', async () => {
  const history = { times: { id: 'loss-history', bins: 3, every: 4 } };
  const whole = { ...config({ ahead: 2 }), ...history };
  await train(await openExperiment(whole), { out: join(folder, 'history') });
  const first = { ...config({ ahead: 2, steps: 6, checkpointEvery: 6 }), ...history };
  const resumed = join(folder, 'history-resumed');
  await train(await openExperiment(first), { out: resumed });
  await train(await openExperiment({ ...whole, training: { ...whole.training } }), {
    out: resumed,
    resume: true,
  });
  const [a, b] = [await outcome(join(folder, 'history')), await outcome(resumed)];
  expect(b.files).toEqual(a.files);
  const { emphasis } = JSON.parse(await readFile(join(resumed, 'checkpoints', '000012', 'state.json'), 'utf8'));
  expect(emphasis.means.every((mean: number) => mean > 0)).toBe(true);
  expect(emphasis.probabilities[1]).not.toEqual(emphasis.probabilities[0]);
});

test('a history shorter than what is prepared ahead is refused', async () => {
  const short = { ...config({ ahead: 8 }), times: { id: 'loss-history', every: 10 } };
  await expect(openExperiment(short)).rejects.toThrow(refusal('E_CONFIG'));
});

describe('training', () => {
  test('writes a run folder: resolved configuration, preparation, metrics, the last checkpoints', async () => {
    const out = join(folder, 'whole');
    const run = await train(await open(), { out });
    expect((await readdir(out)).sort()).toEqual(['checkpoints', 'config.yaml', 'metrics.jsonl', 'prepared.json']);
    expect(await readdir(join(out, 'checkpoints'))).toEqual(['000008', '000012']);
    expect(run.steps).toEqual([8, 12]);
    const { lines } = await outcome(out);
    expect(lines.map(({ step }) => step)).toEqual([5, 10, 12]);
    expect(lines[0]).toMatchObject({
      loss: expect.any(Number),
      gradientNorm: expect.any(Number),
      heldOut: { loss: expect.any(Number), gap: expect.any(Number) },
      bands: expect.arrayContaining([{ from: 0, to: 0.2, loss: expect.any(Number) }]),
    });
    const again = await openRun(out);
    expect(again.experiment.config).toEqual(run.experiment.config);
    expect(again.prepared).toEqual(run.prepared);
    expect(run.prepared.linearisation).toMatchObject({
      mean: expect.any(Number),
      worst: { t: expect.any(Number) },
      kl: { none: expect.stringContaining('1 of 2') },
    });
  });

  test('stopped anywhere and resumed, it equals the unbroken run bit for bit', async () => {
    const whole = await outcome(join(folder, 'whole'));
    for (const stopAt of [3, 6, 8]) {
      const out = join(folder, `stopped-${stopAt}`);
      const abort = new AbortController();
      const progress = (event: ProgressEvent) => {
        if (event.kind === 'step' && event.done >= stopAt) abort.abort();
      };
      const stopped = train(await open(), { out, signal: abort.signal, progress });
      await expect(stopped).rejects.toThrow(refusal('E_INTERRUPTED'));
      await train(await open(), { out, resume: true });
      expect(await outcome(out)).toEqual(whole);
    }
  });

  test('a crash between checkpoints loses only the steps since: lines written after it are written again', async () => {
    const out = join(folder, 'crashed');
    await train(await open(), { out });
    await rm(join(out, 'checkpoints', '000012'), { recursive: true });
    await writeFile(join(out, 'metrics.jsonl'), '{"step":99', { flag: 'a' });
    await mkdir(join(out, 'checkpoints', '.000012.5f0c.tmp'));
    await writeFile(join(out, '.prepared.json.5f0c.tmp'), '');
    await train(await open(), { out, resume: true });
    expect(await outcome(out)).toEqual(await outcome(join(folder, 'whole')));
    expect([...(await readdir(out)), ...(await readdir(join(out, 'checkpoints')))].join()).not.toContain('tmp');
  });

  test('killed before its configuration was written, a resume begins', async () => {
    const out = join(folder, 'early');
    await mkdir(out);
    await writeFile(join(out, '.config.yaml.5f0c.tmp'), '');
    await train(await open(), { out, resume: true });
    expect(await outcome(out)).toEqual(await outcome(join(folder, 'whole')));
  });

  test('resume of nothing begins; resume of something finished does nothing; more steps go on', async () => {
    const out = join(folder, 'fresh');
    await train(await open(), { out, resume: true });
    const first = await outcome(out);
    await train(await open(), { out, resume: true });
    expect(await outcome(out)).toEqual(first);
    expect((await train(await open({ steps: 16 }), { out, resume: true })).steps).toEqual([12, 16]);
  });

  test('a folder that is taken, or holds another experiment, is refused', async () => {
    const out = join(folder, 'whole');
    await expect(train(await open(), { out })).rejects.toThrow(
      refusal('E_RUN', { tryThis: expect.arrayContaining(['continue it with --resume']) }),
    );
    const other = await open({ batch: 32 });
    await expect(train(other, { out, resume: true })).rejects.toThrow(refusal('E_RUN', { got: 'training.batch: 32' }));
    await mkdir(join(folder, 'full'));
    await writeFile(join(folder, 'full', 'notes.txt'), 'mine');
    await expect(train(await open(), { out: join(folder, 'full') })).rejects.toThrow(refusal('E_RUN'));
    expect(await readdir(join(folder, 'full'))).toEqual(['notes.txt']);
  });

  test('two trainings into one folder at once: one is refused, the other is as if alone', async () => {
    const out = join(folder, 'both');
    const both = await Promise.allSettled([train(await open(), { out }), train(await open(), { out, resume: true })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'E_RUN' } });
    expect(await outcome(out)).toEqual(await outcome(join(folder, 'whole')));
  });

  test('a damaged config.yaml is refused by a resume', async () => {
    const out = join(folder, 'unreadable');
    await train(await open({ steps: 4 }), { out });
    await writeFile(join(out, 'config.yaml'), 'process: { id: vp\n');
    await expect(train(await open(), { out, resume: true })).rejects.toThrow(refusal('E_CONFIG'));
  });

  test('a resume says where it goes on otherwise than it was begun', async () => {
    const out = join(folder, 'moved');
    await train(await open({ steps: 4 }), { out });
    const text = await readFile(join(out, 'config.yaml'), 'utf8');
    await writeFile(join(out, 'config.yaml'), text.replace(/("@fokker\/core": )\S+/, '$10.0.1'));
    const notices: string[] = [];
    const progress = (event: ProgressEvent) => {
      if (event.kind === 'notice') notices.push(event.text);
    };
    await train(await open({ steps: 8, device: 'wasm' }), { out, resume: true, progress });
    expect(notices).toEqual([
      expect.stringContaining('@fokker/core was 0.0.1'),
      expect.stringContaining('trained so far on TensorFlow.js'),
    ]);
  });

  test('a name for people makes a folder inside runs', async () => {
    const start = process.cwd();
    process.chdir(await mkdtemp(join(folder, 'cwd-')));
    try {
      const run = async (name: string) =>
        train(await openExperiment({ ...config({ steps: 1, heldOut: 0 }), name })).then(({ directory }) => directory);
      expect(await run('../../Two moons\0, σ = 0.1')).toBe(join('runs', 'Two-moons-σ-0.1'));
      expect(await run('../')).toBe(join('runs', 'run'));
    } finally {
      process.chdir(start);
    }
  });

  test('a place that cannot be written to is E_FILE and nothing appears', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(train(await open(), { out: join(folder, 'file', 'run') })).rejects.toThrow(refusal('E_FILE'));
    await expect(train(await open(), { out: '/proc/fokker/run' })).rejects.toThrow(refusal('E_FILE'));
  });

  test('a damaged checkpoint is refused by name', async () => {
    const out = join(folder, 'damaged');
    await train(await open({ steps: 4 }), { out });
    await writeFile(join(out, 'checkpoints', '000004', 'model.safetensors'), 'cut');
    await expect(train(await open(), { out, resume: true })).rejects.toThrow(refusal('E_FORMAT'));
    await writeFile(join(out, 'checkpoints', '000004', 'state.json'), '{}');
    await expect(train(await open(), { out, resume: true })).rejects.toThrow(refusal('E_FORMAT'));
  });

  test('a step that is not finite names the time band, the sample and the last good state', async () => {
    const out = join(folder, 'diverged');
    const experiment = await open({ optimiser: { learningRate: 1e30, clip: 'off', warmup: 0 } });
    const diverged = train(experiment, { out });
    await expect(diverged).rejects.toThrow(
      refusal('E_DIVERGED', { got: expect.stringMatching(/sample \d+ at t = .*time band/) }),
    );
    const [last] = (await readdir(join(out, 'checkpoints'))).slice(-1);
    expect(Number(last)).toBeGreaterThan(0);
    await diverged.catch((error) => expect(error.tryThis[0]).toContain(`checkpoints/${last}`));
  });

  const optimiser = { learningRate: 1e3, decay: 'none', warmup: 0 };
  const absurd = (id: string, training: object = {}) =>
    openExperiment({
      ...config({ steps: 100, heldOut: 0, optimiser, ...training }),
      objective: { id },
      process: { id: 'vp', dim: 2 },
    });

  test.each(['dsm', 'ism'])('a loss of %s that runs away through finite numbers stops the run', async (id) => {
    const diverged = train(await absurd(id, { checkpointEvery: 50 }), { out: join(folder, `absurd-${id}`) });
    await expect(diverged).rejects.toThrow(
      refusal('E_DIVERGED', {
        got: expect.stringMatching(/median .* since step 0.* sample \d+ at t = .*time band/),
        tryThis: expect.arrayContaining(['no state was saved before: begin again']),
      }),
    );
  });

  test('divergence: off lets it run', async () => {
    const run = await train(await absurd('dsm', { divergence: 'off' }), { out: join(folder, 'let-run') });
    expect(run.steps.at(-1)).toBe(100);
  });

  test('a loss that runs away later names the last state before', async () => {
    const honest = dsm.create(dsm.options.parse({}));
    const late = defineObjective({
      ...dsm,
      id: 'late',
      create: () => ({
        ...honest,
        source(problem, prepared, key) {
          const { targets } = honest.source(problem, prepared, key);
          return {
            targets(range) {
              const { arrays, ...rest } = targets(range);
              const { data, shape } = arrays.target!;
              const size = range.first < 120 * 16 ? 1 : 1e6; // of step 121 on
              return { ...rest, arrays: { ...arrays, target: { data: data.map((g) => size * g), shape } } };
            },
          };
        },
      }),
    });
    const plugin = definePlugin({ name: 'mine', apiVersion: 1, parts: { objective: [late] } });
    const training = { steps: 300, checkpointEvery: 50, heldOut: 0, ahead: 1 };
    const wild = { ...config(training), objective: { id: 'late' }, process: { id: 'vp', dim: 2 } };
    const diverged = train(await openExperiment(wild, { plugins: [plugin] }), { out: join(folder, 'late') });
    await expect(diverged).rejects.toThrow(refusal('E_DIVERGED', { got: expect.stringContaining('since step 100') }));
    await diverged.catch(({ tryThis }) => expect(tryThis[0]).toContain('checkpoints/000100'));
  });

  test('a process written inline trains without workers, with a notice', async () => {
    const spring = pointwiseSde({
      id: 'spring',
      dim: 1,
      create: () => ({
        drift(y, _t, dy) {
          dy[0] = -(y[0]! ** 3);
        },
        noise: 1,
      }),
    });
    const plugin = definePlugin({ name: 'mine', apiVersion: 1, parts: { sde: [spring] } });
    const experiment = await openExperiment(
      { ...config({ workers: 2 }), process: { id: 'spring' } },
      { plugins: [plugin] },
    );
    const notices: string[] = [];
    const progress = (event: ProgressEvent) => {
      if (event.kind === 'notice') notices.push(event.text);
    };
    const out = join(folder, 'inline');
    await train(experiment, { out, progress });
    expect(notices).toContainEqual(expect.stringContaining('mine'));
    expect(notices).toContainEqual(expect.stringMatching(/^linearisation: targets are off by/));
    await expect(openRun(out)).rejects.toThrow(refusal('E_PLUGIN', { got: 'no mine' }));
    expect((await openRun(out, { plugins: [plugin] })).steps).toEqual([8, 12]);
  });

  test('targets are bit-identical for one batch of 64 samples and 64 batches of one', async () => {
    const whole = await open({ batch: 128 });
    const { prepared } = await startTraining(whole, runPaths(join(folder, 'split')), false);
    const single = await open({ batch: 2 });
    const key = rootKey(5);
    const together = createBatches(whole, prepared, key)(0);
    const one = createBatches(single, prepared, key);
    for (const name of Object.keys(together.arrays)) {
      const parts = Array.from({ length: 64 }, (_, k) => [...one(k).arrays[name]!.data]);
      expect(parts.flat(), name).toEqual([...together.arrays[name]!.data]);
    }
  });
});

describe('opening a run', () => {
  test('moved together with its plugin, it finds it from where it is', async () => {
    const project = join(folder, 'project');
    await mkdir(project);
    await writeFile(join(project, 'bare.mjs'), "export default { name: 'bare', apiVersion: 1, parts: {} };\n");
    const file = join(project, 'config.yaml');
    await writeFile(file, JSON.stringify({ ...config({ steps: 1 }), plugins: ['./bare.mjs'] }));
    await train(await openExperiment(file), { out: join(project, 'runs', 'one') });
    await rename(project, join(folder, 'new-home'));
    const { experiment } = await openRun(join(folder, 'new-home', 'runs', 'one'));
    expect(experiment.versions).toHaveProperty('bare');
    expect(experiment.config.directory).toBe(join(folder, 'new-home'));
  });

  test('what is not a run, or has nothing trained, is refused', async () => {
    await mkdir(join(folder, 'empty'), { recursive: true });
    await expect(openRun(join(folder, 'absent'))).rejects.toThrow(refusal('E_RUN'));
    await expect(openRun(join(folder, 'empty'))).rejects.toThrow(refusal('E_RUN'));
    await expect(openRun(join(folder, 'whole', 'config.yaml'))).rejects.toThrow(refusal('E_RUN'));
    const untrained = join(folder, 'untrained');
    await startTraining(await open(), runPaths(untrained), false);
    await expect(openRun(untrained)).rejects.toThrow(refusal('E_RUN'));
    await writeFile(join(untrained, 'prepared.json'), '{"scales":');
    await expect(openRun(untrained)).rejects.toThrow(refusal('E_FORMAT'));
  });
});
