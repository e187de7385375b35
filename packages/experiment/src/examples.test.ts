/** What users copy has to work as it stands: every file in examples/ opens, the script trains. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openExperiment } from './composition/experiment.js';
import { readBytes } from './formats/atomic.js';
import { decodeNpy } from './formats/npy.js';

const examples = resolve(import.meta.dirname, '../../../examples');
const files = await readdir(examples);

describe('examples', () => {
  for (const file of files.filter((name) => name.endsWith('.yaml'))) {
    test(`${file} opens`, async () => {
      expect((await openExperiment(join(examples, file))).config.name).toBe(file.replace('.yaml', ''));
    });
  }

  test('own-sde.ts trains a process written inline, without the command line', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'fokker-examples-'));
    const set = ['training.steps=10', 'training.batch=32', 'training.device=cpu', 'sampling.steps=20', 'model.width=8'];
    const words = ['--import', import.meta.resolve('tsx'), join(examples, 'own-sde.ts'), ...set];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd });
    const folder = stdout.split(':')[0]!;
    expect(decodeNpy(await readBytes(join(cwd, folder, 'samples.npy'))).shape).toEqual([2, 1000, 2]);
  });
});
