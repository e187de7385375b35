/** Likelihoods of a run: levels and bits, the end they are carried to, blocks, files. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Batch, rootKey } from '@fokker/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openExperiment } from '../composition/experiment.js';
import { readBytes } from '../formats/atomic.js';
import { decodeNpy } from '../formats/npy.js';
import type { Run } from '../run/run.js';
import { train } from '../training/train.js';
import { cellBits, dequantise } from './dequantise.js';
import { likelihood } from './likelihood.js';
import { terminalLaw } from './terminal.js';

const refusal = (code: string) => expect.objectContaining({ code });
const rowsOf = (d: number, ...data: number[]): Batch => ({ data: Float64Array.from(data), n: data.length / d, d });

describe('levels', () => {
  const bytes = { levels: 256, range: [0, 1] } as const;
  test('a byte owes 8 bits in [0, 1] and 7 in [−1, 1]: under the uniform density −log₂ p is 0 and 1, and every level costs 8 bits', () => {
    expect(cellBits(bytes)).toBe(8);
    expect(cellBits({ levels: 256, range: [-1, 1] })).toBe(7);
  });
  test('spread every value over its own cell, evenly, row i by its key', () => {
    const levels = { levels: 4, range: [-1, 1] } as const;
    const n = 20_000;
    const given = rowsOf(1, ...Array.from({ length: n }, (_, i) => i % 4));
    const { data } = dequantise(given, levels, rootKey(1));
    let sum = 0;
    data.forEach((x, i) => {
      const u = (x + 1) * 2 - (i % 4);
      expect(u >= 0 && u < 1).toBe(true);
      sum += u;
    });
    // a uniform u has the deviation 1/√12
    expect(Math.abs(sum / n - 0.5)).toBeLessThan(4 / Math.sqrt(12 * n));
    const few = dequantise(rowsOf(1, 0, 1, 2), levels, rootKey(1));
    expect([...few.data]).toEqual([...data.subarray(0, 3)]);
  });
  test.each([
    ['a value between levels', rowsOf(1, 1.5), bytes, 'E_DATA'],
    ['a value beyond the last level', rowsOf(1, 256), bytes, 'E_DATA'],
    ['an empty range', rowsOf(1, 1), { levels: 2, range: [1, 1] } as const, 'E_USAGE'],
  ])('refuse %s', (_, given, levels, code) => {
    expect(() => dequantise(given, levels, rootKey(1))).toThrow(refusal(code));
  });
});

describe('of a run', () => {
  let folder = '';
  let run: Run;
  const points = rowsOf(2, 0.3, -0.2, 1, 0.5, -0.7, 0.1);
  const training = { steps: 20, batch: 32, workers: 0, device: 'cpu', heldOut: 0, optimiser: { ema: 0.9 } };
  const device = 'cpu';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fokker-likelihood-'));
    const config = {
      process: { id: 'vp', dim: 2 },
      data: { id: 'gaussian', covariance: 0.25 },
      objective: { id: 'dsm' },
      model: { id: 'mlp', width: 8, depth: 1 },
      training,
    };
    run = await train(await openExperiment(config), { out: join(folder, 'run') });
  });

  test('nats and bits, of levels with the size of their cells; rows in a file', async () => {
    const out = join(folder, 'log-p.npy');
    const plain = await likelihood(run, { data: points, device, out });
    expect(plain).toMatchObject({ method: 'flow', kind: 'density', terminal: 'prior', n: 3, lost: { count: 0 } });
    expect(plain.bitsPerDim.value).toBeCloseTo(-plain.nats.value / (2 * Math.LN2), 12);
    expect(decodeNpy(await readBytes(out)).data[3]).toBe(plain.rows[1]!.value);
    const quantised = { levels: 8, range: [-1, 1] } as const;
    const levels = await likelihood(run, { data: rowsOf(2, 3, 4, 0, 7), device, quantised });
    expect(levels.bitsPerDim.value).toBeCloseTo(-levels.nats.value / (2 * Math.LN2) + 2, 12);
  });

  test('rows do not depend on the block they travel in', async () => {
    const config = { ...run.experiment.config, sampling: { ...run.experiment.config.sampling, batch: 10 } };
    const alone = { ...run, experiment: { ...run.experiment, config } };
    const set = ['trace=hutchinson', 'probes=2'];
    const [one, many] = [
      await likelihood(run, { data: points, device, set }),
      await likelihood(alone, { data: points, device, set }),
    ];
    // eager float32 sums may take another order for another number of rows
    many.rows.forEach(({ value }, i) => {
      expect(value).toBeCloseTo(one.rows[i]!.value, 4);
    });
  });

  test.each([
    ['a file that is not there', { data: 'nowhere.npy' }, 'E_FILE'],
    ['a file of another kind', { data: 'rows.txt' }, 'E_USAGE'],
    ['rows of another dimension', { data: rowsOf(1, 1) }, 'E_SHAPE'],
    ['a method nobody has', { method: 'flaw' }, 'E_UNKNOWN_ID'],
    ['an option it does not have', { set: ['step=1'] }, 'E_PARAMETERS'],
    ['a law the process does not have', { terminal: 'stationary' as const }, 'E_CAPABILITY'],
  ])('refuses %s', async (_, wrong, code) => {
    await expect(likelihood(run, { data: points, device, ...wrong })).rejects.toThrow(refusal(code));
  });
  test('refuses a place that cannot be written to before anything is computed', async () => {
    await writeFile(join(folder, 'file'), '');
    const stages: string[] = [];
    const asked = likelihood(run, {
      data: points,
      device,
      out: join(folder, 'file', 'log-p.npy'),
      progress: (event) => void (event.kind === 'step' && stages.push(event.stage)),
    });
    await expect(asked).rejects.toThrow(refusal('E_FILE'));
    expect(stages).toEqual([]);
  });
});

test.each([
  ['prior', { process: { id: 'vp', dim: 1 }, data: { id: 'gaussian', covariance: 0.25 } }],
  ['stationary', { process: { id: 'double-well', horizon: 1 }, data: { id: 'gaussian', covariance: 0.25 } }],
  ['marginal', { process: { id: 'geometric-brownian-motion' }, objective: { id: 'ism' } }],
])('an end that is not named is the %s law where there is one', async (expected, config) => {
  const experiment = await openExperiment(config);
  expect((await terminalLaw('auto', { experiment, key: rootKey(1) })).name).toBe(expected);
});

test('a fitted end has the moments of simulated states', async () => {
  const experiment = await openExperiment({
    process: { id: 'vp', dim: 1, horizon: 0.1 },
    data: { id: 'gaussian', mean: [2], covariance: 0.25 },
  });
  const { logDensity } = await terminalLaw('gaussian', { experiment, key: rootKey(1) });
  const exact = await terminalLaw('marginal', { experiment, key: rootKey(1) });
  const y = rowsOf(1, 1.5, 2, 2.5);
  const [fitted, known] = [new Float64Array(3), new Float64Array(3)];
  logDensity(y, fitted);
  exact.logDensity(y, known);
  // mean and variance of 10,000 states: errors of 1 % of σ and 1.4 %, at four of them and |z| ≤ 1.2
  fitted.forEach((value, i) => {
    expect(Math.abs(value - known[i]!)).toBeLessThan(4 * (0.012 + 0.007 + 0.01));
  });
});
