/** Samples and simulated paths by real worker threads. They run compiled code, so these tests go through the package as it is built. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiVersion, definePlugin, pointwiseSde } from '@fokker/core';
import { openExperiment, openRun, type Run, sample, simulate, train } from '@fokker/experiment';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderForPlugins, misbehavingPlugin, throwsCoded } from '../testing/misbehaving-plugin.js';

let folder = '';
beforeAll(async () => {
  folder = await folderForPlugins('rows');
});
const refusal = (code: string) => expect.objectContaining({ code });
const bytes = (name: string): Promise<string> => readFile(join(folder, name), 'hex');

describe('paths', () => {
  const formulas = { state: ['x'], drift: ['-x^3'], diffusion: ['1'], horizon: 1 };
  test.each([
    ['stepped', 'active-swimmer'],
    ['drawn exactly', { process: { id: 'vp', dim: 2 } }],
    ['typed as formulas', { process: formulas }],
  ])('%s: the same file from 1, 2 and 3 threads', async (name, what) => {
    const found: unknown[] = [];
    for (const workers of [1, 2, 3]) {
      const out = join(folder, `${name}-${workers}.npy`);
      const { moments } = await simulate(what, { n: 3210, steps: 20, times: [1, 0.5], workers, keep: false, out });
      found.push([moments, await bytes(`${name}-${workers}.npy`)]);
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  test('a table of several times, and a plugin in TypeScript that a worker loads for itself', async () => {
    const plugins = [await misbehavingPlugin(folder, 'typed', '')];
    for (const workers of [1, 2]) {
      const out = join(folder, `typed-${workers}.csv`);
      await simulate('mine', { n: 2500, steps: 50, times: [1, 0.5, 0], workers, plugins, out, keep: false });
    }
    expect(await bytes('typed-2.csv')).toBe(await bytes('typed-1.csv'));
  });

  test('a plugin that is an object is simulated by this thread', async () => {
    const still = pointwiseSde({ id: 'still', dim: 1, create: () => ({ drift: () => undefined, noise: 1 }) });
    const plugins = [definePlugin({ name: 'inline', apiVersion, parts: { sde: [still] } })];
    expect((await simulate('still', { n: 2500, steps: 5, workers: 2, plugins })).frames[0]!.y.n).toBe(2500);
  });

  test('a worker that fails keeps its code, one that dies is E_WORKER, a signal ends all; no file appears', async () => {
    const cases: [string, string, string][] = [
      ['throws', "throw new Error('no such luck');", 'E_WORKER'],
      ['exits', 'process.exit(3);', 'E_WORKER'],
      ['coded', throwsCoded('E_DATA'), 'E_DATA'],
      ['hangs', 'for (;;);', 'E_INTERRUPTED'],
    ];
    for (const [name, code, expected] of cases) {
      const plugins = [await misbehavingPlugin(folder, name, code)];
      const [out, signal] = [
        join(folder, `${name}.csv`),
        AbortSignal.timeout(expected === 'E_INTERRUPTED' ? 2000 : 60_000),
      ];
      const work = simulate('mine', { n: 20_000, steps: 50, times: [1, 0.5], workers: 2, plugins, out, signal });
      await expect(work, name).rejects.toThrow(refusal(expected));
    }
    expect((await readdir(folder)).filter((name) => /^\.?(throws|exits|coded|hangs).*(csv|tmp)$/.test(name))).toEqual(
      [],
    );
  });
});

describe('samples', () => {
  let run: Run;
  const opened = (batch: number) => openRun(run.directory, { set: [`sampling.batch=${batch}`] });
  beforeAll(async () => {
    const config = {
      process: { id: 'vp', dim: 2 },
      data: { id: 'two-moons' },
      objective: { id: 'dsm' },
      model: { id: 'mlp', width: 8, depth: 1 },
      training: { steps: 8, batch: 16, workers: 0, device: 'cpu', heldOut: 0 },
      sampling: { steps: 8, bound: 5 },
    };
    run = await train(await openExperiment(config), { out: join(folder, 'run') });
  });

  test.each([
    ['reverse-heun', { grid: 'error' }],
    ['predictor-corrector', {}],
    ['predictor-corrector', { norms: 'sample', predictor: 'probability-flow' }],
    ['probability-flow-adaptive', { rtol: 1e-3, atol: 1e-3 }],
    ['langevin', { epsilon: 1e-3 }],
  ])('%s %o: the same file from any chunks and threads, lost paths too', async (id, options) => {
    const found: unknown[] = [];
    for (const [workers, batch] of [
      [1, 10_000],
      [2, 130],
      [3, 77],
    ] as const) {
      const out = join(folder, 'samples.npy');
      const sampler = { id, ...options };
      const { lost, moments } = await sample(await opened(batch), {
        n: 310,
        sampler,
        workers,
        out,
        times: [0.5, 0.01],
      });
      found.push({ lost, moments, file: await bytes('samples.npy') });
    }
    expect(found[0]).toMatchObject({ lost: { of: 310 } });
    for (const other of found.slice(1)) expect(other).toEqual(found[0]);
  });

  test('from simulated states, on the device that is fastest here', async () => {
    const found: unknown[] = [];
    for (const workers of [1, 2]) {
      const options = { n: 300, start: 'simulated', device: 'auto', workers } as const;
      const { frames } = await sample(await opened(100), options);
      found.push(frames);
    }
    expect(found[1]).toEqual(found[0]);
  });

  test('a signal ends workers that compute in a native library, and no file appears', async () => {
    const out = join(folder, 'stopped.npy');
    const options = { n: 10_000, steps: 1000, workers: 3, device: 'auto', out };
    const stop = new AbortController();
    let told = 0;
    const progress = (): void => {
      told += 1;
      if (told === 2000) stop.abort();
    };
    await expect(sample(await opened(100), { ...options, progress, signal: stop.signal })).rejects.toThrow(
      refusal('E_INTERRUPTED'),
    );
    expect((await readdir(folder)).filter((name) => name.includes('stopped'))).toEqual([]);
  });
});
