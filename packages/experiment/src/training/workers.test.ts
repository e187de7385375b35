/** Workers run compiled code, so these tests go through the package as it is built. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openExperiment, train } from '@fokker/experiment';
import { describe, expect, test } from 'vitest';

const config = (workers: number) => ({
  process: { id: 'active-swimmer', horizon: 1 },
  objective: { id: 'local-dsm', bank: { paths: 64 } },
  schedule: { id: 'constant', lag: 0.2 },
  model: { id: 'mlp', width: 8, depth: 1 },
  training: { steps: 8, batch: 16, workers, device: 'cpu', heldOut: 0 },
});

describe('workers', () => {
  test('0, 1 and 2 workers train the same network bit for bit', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fokker-workers-'));
    const trained: string[] = [];
    for (const workers of [0, 1, 2]) {
      const out = join(folder, String(workers));
      await train(await openExperiment(config(workers)), { out });
      trained.push(await readFile(join(out, 'checkpoints', '000008', 'model.safetensors'), 'hex'));
    }
    expect(trained[1]).toBe(trained[0]);
    expect(trained[2]).toBe(trained[0]);
  });
});
