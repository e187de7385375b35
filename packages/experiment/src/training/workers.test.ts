/** Workers run compiled code, so these tests go through the package as it is built. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Evaluation, evaluate, openExperiment, openRun, train } from '@fokker/experiment';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderForPlugins, misbehavingPlugin, throwsCoded } from '../testing/misbehaving-plugin.js';

let folder = '';
beforeAll(async () => {
  folder = await folderForPlugins('workers');
});

const config = (workers: number, more: object = {}) => ({
  process: { id: 'active-swimmer', horizon: 1 },
  objective: { id: 'local-dsm', bank: { paths: 64 } },
  schedule: { id: 'constant', lag: 0.2 },
  model: { id: 'mlp', width: 8, depth: 1 },
  training: { steps: 8, batch: 16, workers, device: 'cpu', heldOut: 0 },
  sampling: { steps: 10 },
  evaluation: { n: 100, floorPairs: 2, scoreSamples: 100, times: [0.5], methods: ['control-gaussian'] },
  ...more,
});

const plugin = (name: string, code: string): Promise<string> => misbehavingPlugin(folder, name, code);

describe('workers', () => {
  test('0, 1 and 2 workers train the same network bit for bit', async () => {
    const trained: string[] = [];
    for (const workers of [0, 1, 2]) {
      const out = join(folder, String(workers));
      await train(await openExperiment(config(workers)), { out });
      trained.push(await readFile(join(out, 'checkpoints', '000008', 'model.safetensors'), 'hex'));
    }
    expect(trained[1]).toBe(trained[0]);
    expect(trained[2]).toBe(trained[0]);
  });

  test('a process typed as formulas is rebuilt in a worker', async () => {
    const trained: string[] = [];
    const process = {
      state: ['x', 'v'],
      drift: ['-x^3 + v', '-g v'],
      diffusion: [0, 'sqrt(2 g)'],
      parameters: { g: 0.1 },
    };
    for (const workers of [0, 1]) {
      const out = join(folder, `typed-${workers}`);
      await train(await openExperiment({ ...config(workers), process: { ...process, g: 0.2 } }), { out });
      trained.push(await readFile(join(out, 'checkpoints', '000008', 'model.safetensors'), 'hex'));
    }
    expect(trained[1]).toBe(trained[0]);
  });

  test.each(['cpu', 'wasm'])('on %s an evaluation is the same bit for bit with 0, 1 and 2 workers', async (device) => {
    const methods = ['reverse', 'forward-flow', 'control-unreversed', 'control-gaussian'];
    const evaluation = { ...config(0).evaluation, methods, floorPairs: 5 };
    const { directory } = await train(await openExperiment(config(0, { evaluation })), { out: join(folder, device) });
    const found: Evaluation[] = [];
    for (const workers of [0, 1, 2]) {
      found.push(await evaluate(await openRun(directory, { set: [`training.workers=${workers}`] }), { device }));
    }
    expect(found[0]!.samples.map(({ method }) => method)).toEqual(methods);
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  test('an evaluation whose worker fails, or that is stopped, says so by code', async () => {
    const plugins = [await plugin('absent-minded', "throw new Error('no such luck');")];
    const data = { process: { id: 'mine' }, plugins };
    const run = await train(await openExperiment(config(0, data)), { out: join(folder, 'absent-minded') });
    const helped = await openRun(run.directory, { set: ['training.workers=1', 'evaluation.floorPairs=50'] });
    await expect(evaluate(helped)).rejects.toThrow(expect.objectContaining({ code: 'E_WORKER' }));
    await expect(evaluate(helped, { signal: AbortSignal.timeout(1) })).rejects.toThrow(
      expect.objectContaining({ code: 'E_INTERRUPTED' }),
    );
  });

  test('a plugin in a TypeScript file is loaded in the worker too', async () => {
    const plugins = [await plugin('typed', '')];
    const run = await train(await openExperiment(config(1, { process: { id: 'mine' }, plugins })), {
      out: join(folder, 'typed'),
    });
    expect(run.steps).toEqual([8]);
  });

  test('a worker that fails or dies is E_WORKER; a coded error keeps its code', async () => {
    const cases: [string, string, string][] = [
      ['throws', "throw new Error('no such luck');", 'E_WORKER'],
      ['exits', 'process.exit(3);', 'E_WORKER'],
      ['coded', throwsCoded('E_DATA'), 'E_DATA'],
    ];
    for (const [name, code, expected] of cases) {
      const plugins = [await plugin(name, code)];
      const experiment = await openExperiment(config(1, { process: { id: 'mine' }, plugins }));
      const training = train(experiment, { out: join(folder, name) });
      await expect(training, name).rejects.toThrow(expect.objectContaining({ code: expected }));
    }
  });
});

test('a disk that fills up while training is E_FILE; the checkpoint before it stays whole', async () => {
  const out = join(folder, 'full-disk');
  const wide = config(0, { model: { id: 'mlp', width: 64, depth: 2 } });
  await train(await openExperiment({ ...wide, training: { ...wide.training, steps: 4 } }), { out });
  const before = await readdir(join(out, 'checkpoints', '000004'));
  const script = `
    import { openExperiment, train } from '@fokker/experiment';
    const experiment = await openExperiment(${JSON.stringify(wide)});
    await train(experiment, { out: ${JSON.stringify(out)}, resume: true }).catch((error) => console.log(error.code));`;
  const limited = `trap '' XFSZ; ulimit -f 8; printf '%s' "$SCRIPT" | ${JSON.stringify(process.execPath)} --input-type=module -`;
  const options = { cwd: import.meta.dirname, env: { ...process.env, SCRIPT: script } };
  const { stdout } = await promisify(execFile)('sh', ['-c', limited], options);
  expect(stdout.trim()).toBe('E_FILE');
  expect(await readdir(join(out, 'checkpoints'))).toEqual(['000004']);
  expect(await readdir(join(out, 'checkpoints', '000004'))).toEqual(before);
});
