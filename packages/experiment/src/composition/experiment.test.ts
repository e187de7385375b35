import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePlugin, defineWeighting, pointwiseSde, rootKey, zeros } from '@fokker/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { describe as describePart, list } from './describe.js';
import { openExperiment } from './experiment.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fokker-experiment-'));
});
const swimmer = { process: { id: 'active-swimmer' } };
const refusal = (code: string, fields: object = {}) => expect.objectContaining({ code, ...fields });

const inFile = async (text: string, set: readonly string[] = []) => {
  const file = join(folder, 'e.yaml');
  await writeFile(file, text);
  return openExperiment(file, { set });
};

const decay = pointwiseSde({
  id: 'decay',
  dim: 1,
  parameters: { rate: 1 },
  create: ({ rate }) => ({
    drift(y, _t, dy) {
      dy[0] = -rate * y[0]!;
    },
    noise: 1,
    affine: true,
  }),
});
const inline = definePlugin({ name: 'mine', apiVersion: 1, parts: { sde: [decay] } });

describe('opening an experiment', () => {
  test('every default is written out, and the resolved configuration opens to itself', async () => {
    const { config } = await openExperiment(swimmer);
    expect(config.process).toMatchObject({ id: 'active-swimmer', gamma: 0.1, D: 1 });
    expect(config.simulation).toEqual({ scheme: 'auto', step: 0.01 });
    expect(config.evaluation.times).toEqual([5, 3, 1, 0.25]);
    expect(config.versions).toHaveProperty('@fokker/core');
    const file = join(folder, 'resolved.yaml');
    await writeFile(file, stringify(config));
    expect((await openExperiment(file)).config).toEqual(config);
  });

  test('all shipped processes with an objective that fits open', async () => {
    for (const id of ['ve', 'vp', 'subvp']) {
      const { sde } = await openExperiment({
        process: { id, dim: 2 },
        objective: { id: 'dsm' },
        data: { id: 'two-moons' },
      });
      expect(sde.transition).toBeDefined();
    }
  });

  test('an objective that the process cannot serve is refused, with those that can', async () => {
    const text = 'process: { id: active-swimmer }\nobjective:\n  id: local-dsm\n  antithetic: true\n';
    await expect(inFile(text.replace('local-dsm', 'dsm'))).rejects.toThrow(
      refusal('E_CAPABILITY', {
        where: expect.stringMatching(/e\.yaml:3:7$/),
        expected: expect.stringContaining("'transition'"),
        tryThis: expect.arrayContaining([expect.stringContaining('local-dsm')]),
      }),
    );
    await expect(inFile(text, ['objective.id=dsm'])).rejects.toThrow(
      refusal('E_CAPABILITY', { where: '--set objective.id=dsm' }),
    );
  });

  test('a step that would never end is refused', async () => {
    await expect(openExperiment(swimmer, { set: ['simulation.step=1e-300'] })).rejects.toThrow(
      refusal('E_CONFIG', { where: '--set simulation.step=1e-300' }),
    );
  });

  test('options of parts are refused at their place', async () => {
    const place = (line: string) => ({ where: expect.stringMatching(new RegExp(`e\\.yaml:${line}$`)) });
    await expect(inFile('process: { id: active-swimer }\n')).rejects.toThrow(refusal('E_UNKNOWN_ID', place('1:16')));
    await expect(inFile('process:\n  id: active-swimmer\n  gama: 1\n')).rejects.toThrow(
      refusal('E_PARAMETERS', place('3:\\d+')),
    );
    await expect(inFile('process:\n  id: active-swimmer\n  gamma: -1\n')).rejects.toThrow(
      refusal('E_PARAMETERS', place('3:10')),
    );
    await expect(inFile('process: { id: active-swimmer }\nmodel: { id: mlp, width: wide }\n')).rejects.toThrow(
      refusal('E_PARAMETERS', place('2:26')),
    );
    await expect(inFile('process: { id: active-swimmer }\ndata: { id: csv, path: absent.csv }\n')).rejects.toThrow(
      refusal('E_FILE', place('2:7')),
    );
    await expect(inFile('process: { id: active-swimmer }\nplugins: [./absent.js]\n')).rejects.toThrow(
      refusal('E_PLUGIN', place('2:10')),
    );
  });

  test('parts that do not fit each other are refused', async () => {
    const cases: [object, string][] = [
      [{ training: { batch: 511 } }, 'E_CONFIG'],
      [{ training: { heldOut: 3 } }, 'E_CONFIG'],
      [{ evaluation: { times: [11] } }, 'E_CONFIG'],
      [{ evaluation: { times: [0.005] } }, 'E_CONFIG'],
      [{ sampling: { times: [1, 10] } }, 'E_CONFIG'],
      [{ evaluation: { metrics: [{ id: 'sliced-w2' }, { id: 'sliced-w2', directions: 8 }] } }, 'E_CONFIG'],
      [{ evaluation: { methods: ['reverse', 'reverse'] } }, 'E_CONFIG'],
      [{ evaluation: { metrics: [{ id: 'fisher-error' }] } }, 'E_CONFIG'],
      [{ evaluation: { score: { id: 'sliced-w2' } } }, 'E_CONFIG'],
      [{ sampling: { flow: { id: 'reverse-heun' } } }, 'E_CONFIG'],
      [{ simulation: { scheme: 'exact' } }, 'E_CONFIG'],
      [{ data: { id: 'gaussian', mean: [1, 2, 3] } }, 'E_SHAPE'],
      [{ times: { id: 'clock-uniform' } }, 'E_CAPABILITY'],
    ];
    for (const [more, code] of cases) {
      await expect(openExperiment({ ...swimmer, ...more }), JSON.stringify(more)).rejects.toThrow(refusal(code));
    }
  });

  test('a weight that reads the start state is refused', async () => {
    const weighting = defineWeighting({
      id: 'start',
      options: z.object({}),
      dependsOn: 'start',
      create: () => ({ diagonal: (_t, out) => out.fill(1) }),
    });
    const plugin = definePlugin({ name: 'weights', apiVersion: 1, parts: { weighting: [weighting] } });
    const opening = openExperiment({ ...swimmer, weighting: { id: 'start' } }, { plugins: [plugin] });
    await expect(opening).rejects.toThrow(refusal('E_WEIGHT'));
  });

  test('a weight that reads y_t: for objectives that denoise', async () => {
    const weighting = { id: 'region', centre: [0, 1], width: 0.5 };
    expect((await openExperiment({ ...swimmer, weighting })).config.weighting).toMatchObject({ floor: 0.1 });
    await expect(openExperiment({ ...swimmer, weighting, objective: { id: 'ism' } })).rejects.toThrow(
      refusal('E_WEIGHT', { tryThis: expect.arrayContaining(['objective.id: local-dsm, which takes it']) }),
    );
    const narrow = { ...weighting, centre: [0] };
    await expect(openExperiment({ ...swimmer, weighting: narrow })).rejects.toThrow(refusal('E_INCOMPATIBLE'));
  });

  test('a weight has to say that it reads y_t', async () => {
    const weighting = defineWeighting({
      id: 'secret',
      options: z.object({}),
      dependsOn: 'time',
      create: () => ({ diagonal: (_t, out) => out.fill(1), factor: (_y, _t, out) => out.fill(1) }),
    });
    const plugin = definePlugin({ name: 'weights', apiVersion: 1, parts: { weighting: [weighting] } });
    const opening = openExperiment({ ...swimmer, weighting: { id: 'secret' } }, { plugins: [plugin] });
    await expect(opening).rejects.toThrow(refusal('E_WEIGHT'));
  });

  test('plugins: as objects, as files beside the configuration, twice is refused', async () => {
    const given = await openExperiment({ process: { id: 'decay', rate: 2 } }, { plugins: [inline] });
    expect(given.inline).toEqual(['mine']);
    const out = zeros(1, 1);
    given.sde.drift({ data: Float64Array.of(3), n: 1, d: 1 }, Float64Array.of(0), out);
    expect(out.data[0]).toBe(-6);
    await writeFile(
      join(folder, 'plugin.ts'),
      "const parts: object = {};\nexport default { name: 'from-file', apiVersion: 1, version: '3.1', parts };\n",
    );
    const { versions, config } = await inFile('process: { id: active-swimmer }\nplugins: [./plugin.ts]\n');
    expect(versions['from-file']).toBe('3.1');
    expect(config.plugins).toEqual(['./plugin.ts']);
    await expect(openExperiment(swimmer, { plugins: [inline, { ...inline, name: 'other' }] })).rejects.toThrow(
      refusal('E_DUPLICATE_ID'),
    );
  });

  test('a training time is a time of the process', async () => {
    const { problem, sde } = await openExperiment(swimmer);
    if (problem.kind !== 'process') throw new Error('a process is expected');
    for (const u of [1e-9, 0.5, 1 - 1e-9]) {
      expect(problem.times.time(u)).toBeGreaterThanOrEqual(sde.cutoff.train);
      expect(problem.times.time(u)).toBeLessThanOrEqual(sde.span.T);
    }
    expect(rootKey(0).words).toHaveLength(2);
  });
});

describe('the catalogue', () => {
  test('a process with equations, parameters, own and derived capabilities, fitting objectives', async () => {
    const found = await describePart('active-swimmer');
    expect(found).toMatchObject({ kind: 'sde', equations: { drift: expect.anything() } });
    expect(found.parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(['gamma', 'D']));
    expect(found.process!.objectives).toContain('local-dsm');
    expect(found.process!.objectives).not.toContain('dsm');
    expect(found.process!.capabilities).toContainEqual(expect.objectContaining({ name: 'jacobian', derived: false }));
    const derived = (await describePart('decay', { plugins: [inline] })).process!.capabilities;
    expect(derived).toContainEqual(expect.objectContaining({ name: 'jacobian', derived: true }));
  });

  test('lists by kind, in either word, and refuses what there is not', async () => {
    const data = await list('data');
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(['gaussian', 'two-moons', 'npy']));
    expect(await list('dataset')).toEqual(data);
    expect((await list('processes')).map(({ id }) => id)).toContain('vp');
    expect((await list()).length).toBeGreaterThan(25);
    expect((await describePart('dsm')).needs).toContain('transition');
    await expect(list('animals')).rejects.toThrow(refusal('E_USAGE'));
    await expect(describePart('dsn')).rejects.toThrow(refusal('E_UNKNOWN_ID'));
  });
});
