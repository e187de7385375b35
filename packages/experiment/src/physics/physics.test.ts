/** Every quantity on a process with its exact score, and on a network trained for a moment. */
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openExperiment } from '../composition/experiment.js';
import { readBytes, readText } from '../formats/atomic.js';
import { decodeNpy } from '../formats/npy.js';
import { report } from '../reporting/report.js';
import type { Run } from '../run/run.js';
import { train } from '../training/train.js';
import { physics, physicsEach } from './physics.js';
import { readPhysicsFigures } from './store.js';
import { textRows } from './text-rows.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fokker-physics-'));
});
const refusal = (code: string) => expect.objectContaining({ code });
/** In its steady state from the start. */
const rotation = { process: { id: 'rotation-ou' }, data: { id: 'gaussian', covariance: 0.5 } };
const value = (cell: unknown): number => Object(cell).value;

describe('physics of a process with its exact score', () => {
  test('entropy production of the rotation is 8, above its bound, all of it heat', async () => {
    const found = await physics(rotation, { quantity: 'entropy-production', n: 20_000, times: [0.5, 1.5] });
    expect(found).toMatchObject({ quantity: 'entropy-production', process: 'rotation-ou', score: 'exact', n: 20_000 });
    expect(found.rows.map(({ t }) => t)).toEqual([0.5, 1.5]);
    for (const row of found.rows) {
      // 2 % is four standard errors of a mean of χ²₂ over 20,000 states
      for (const name of ['total', 'medium', 'lower bound'])
        expect(Math.abs(value(row[name]) / 8 - 1)).toBeLessThan(0.03);
    }
    expect(found.notes[0]).toBe('parity: all coordinates even');
    expect(found.written).toEqual([]);
  });

  test.each([
    'entropy-rate',
    'path-entropy',
    'uncertainty-bound',
    'current',
    'fisher',
    'stein',
    'moments',
    'kramers-moyal',
    'first-passage',
    'potential',
    'fp-residual',
  ])('%s has rows of finite numbers, and figures that can be drawn', async (quantity) => {
    const out = join(folder, quantity);
    const set = ['simulation.step=0.02'];
    const found = await physics(rotation, { quantity, n: 400, times: [0.5, 1], set, out });
    expect(found.rows.length).toBeGreaterThan(0);
    for (const row of found.rows) {
      for (const cell of Object.values(row)) {
        const numbers = typeof cell === 'object' ? Object.values(cell) : [cell];
        for (const number of numbers) if (typeof number === 'number') expect(Number.isFinite(number)).toBe(true);
      }
    }
    const files = await readdir(out);
    expect(files).toContain(`${quantity}.json`);
    for (const figure of found.figures) expect(files).toContain(`${figure.name}.png`);
    for (const [name, { data, shape }] of Object.entries(found.arrays)) {
      expect(decodeNpy(await readBytes(join(out, `${quantity}-${name}.npy`)))).toEqual({ data, shape });
    }
    expect(await readPhysicsFigures(out)).toHaveLength(found.figures.length);
  });

  test('a process that knows its stationary law only is looked at in its steady state', async () => {
    const found = await physics('underdamped-langevin', { quantity: 'fisher', n: 4000, times: [1] });
    expect(found.score).toBe('stationary');
    const [row] = found.rows;
    // E‖s‖²_Q = −2 E ∇·f in a steady state; both means have a standard error of about .1
    expect(Math.abs(value(row!['E‖s‖²_Q']) - value(row!['−2E div f']))).toBeLessThan(0.5);
  });

  test('the seed decides, the split does not matter', async () => {
    const options = { quantity: 'fisher', n: 300, times: [0.5] };
    const one = await physics(rotation, options);
    expect(await physics(rotation, options)).toEqual(one);
    expect((await physics(rotation, { ...options, seed: 9 })).rows).not.toEqual(one.rows);
  });

  test('as text, estimates stand with their interval', () => {
    expect(textRows([{ t: 1, total: { value: 8.01234, low: 7.9, high: 8.1 }, note: 'x' }])).toEqual([
      { t: 1, total: '8.012 (7.9 … 8.1)', note: 'x' },
    ]);
  });

  test('several are all refused before the first is estimated', async () => {
    const out = join(folder, 'several');
    for (const [quantities, changes, code] of [
      [['fisher', 'entropy'], {}, 'E_UNKNOWN_ID'],
      [['kramers-moyal', 'fisher'], { times: [99] }, 'E_TIME'],
      [['fisher', 'stein'], { out: join(folder, 'file', 'below') }, 'E_FILE'],
    ] as const) {
      await writeFile(join(folder, 'file'), '');
      const estimates = physicsEach(rotation, { quantities, n: 100, out, ...changes });
      await expect(estimates.next()).rejects.toThrow(refusal(code));
    }
    const found: string[] = [];
    for await (const { quantity } of physicsEach(rotation, { quantities: ['fisher', 'stein'], n: 100, times: [1] })) {
      found.push(quantity);
    }
    expect(found).toEqual(['fisher', 'stein']);
  });

  test('what cannot be done is refused by code', async () => {
    const cases: [object | string, object, string][] = [
      [rotation, { quantity: 'entropy' }, 'E_UNKNOWN_ID'],
      [rotation, { quantity: { id: 'current', cell: 3 } }, 'E_PARAMETERS'],
      [rotation, { quantity: { id: 'current', coordinates: ['z'] } }, 'E_PARAMETERS'],
      [rotation, { quantity: { id: 'entropy-production', parity: ['odd'] } }, 'E_PARITY'],
      [rotation, { quantity: 'fisher', times: [3] }, 'E_TIME'],
      [rotation, { quantity: 'fisher', times: [] }, 'E_TIME'],
      [rotation, { quantity: 'fisher', n: 1 }, 'E_USAGE'],
      [rotation, { quantity: 'fisher', signal: AbortSignal.abort() }, 'E_INTERRUPTED'],
      ['active-swimmer', { quantity: 'fisher' }, 'E_CAPABILITY'],
      ['rotation', { quantity: 'fisher' }, 'E_UNKNOWN_ID'],
    ];
    for (const [what, options, code] of cases) {
      await expect(physics(what, { quantity: 'fisher', n: 100, ...options }), JSON.stringify(options)).rejects.toThrow(
        refusal(code),
      );
    }
  });
});

describe('physics of a run', () => {
  let run: Run;
  beforeAll(async () => {
    const config = {
      process: { id: 'active-swimmer', horizon: 2 },
      model: { width: 16, depth: 2 },
      training: { steps: 60, batch: 64, workers: 0, device: 'cpu', heldOut: 0, optimiser: { ema: 0.9 } },
      evaluation: { n: 200 },
    };
    run = await train(await openExperiment(config), { out: join(folder, 'run') });
  });

  test('writes into its folder, and the report shows the figures', async () => {
    const parity = ['even', 'odd'];
    const options = { n: 300, times: [0.5, 1] };
    const found = await physics(run, { quantity: { id: 'entropy-production', parity }, ...options });
    expect(found.score).toBe('learnt');
    expect(found.notes.join(' ')).toContain('x even, v odd');
    await physics(run, { quantity: 'current', ...options });
    expect((await readdir(run.paths.physics)).toSorted()).toEqual(
      expect.arrayContaining(['current.json', 'entropy-production.json']),
    );
    const [page, ...pictures] = await report(run);
    expect(await readText(page!)).toContain('Probability current');
    expect(pictures.some((path) => path.endsWith('phase-portrait.svg'))).toBe(true);
    await writeFile(join(run.paths.physics, 'other.json'), '{}');
    await expect(report(run)).rejects.toThrow(refusal('E_FORMAT'));
  });

  test('degenerate noise needs a parity convention, and has no whole score', async () => {
    for (const [quantity, code] of [
      ['entropy-production', 'E_PARITY'],
      ['fp-residual', 'E_CAPABILITY'],
    ] as const) {
      await expect(physics(run, { quantity, n: 100 })).rejects.toThrow(refusal(code));
    }
  });
});
