import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootKey } from '@fokker/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openExperiment } from '../composition/experiment.js';
import { readBytes, readText } from '../formats/atomic.js';
import { decodeNpy } from '../formats/npy.js';
import { simulatePaths } from './paths.js';
import { simulate } from './simulate.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fokker-simulate-'));
});
const refusal = (code: string) => expect.objectContaining({ code });

describe('simulate', () => {
  test('a process by id: frames in the order asked, parameters by --set', async () => {
    const { frames, moments, process } = await simulate('active-swimmer', {
      n: 200,
      times: [1, 0.5],
      steps: 400,
      set: ['gamma=0.2', 'horizon=2'],
    });
    expect(process).toBe('active-swimmer');
    expect(frames.map(({ t, y }) => [t, y.n, y.d])).toEqual([
      [1, 200, 2],
      [0.5, 200, 2],
    ]);
    expect(moments[0]!.deviation[1]).toBeGreaterThan(0.8);
  });

  test('an affine process is drawn from its exact transition: moments of OU', async () => {
    const set = ['data.mean=[2]', 'data.covariance=0.25'];
    const process = { id: 'ornstein-uhlenbeck', A: [[-1]], G: [[1]], horizon: 4 };
    const { moments } = await simulate({ process }, { n: 40_000, times: [1, 2], set });
    for (const { t, mean, deviation } of moments) {
      const variance = 0.25 * Math.exp(-2 * t) + 0.5 * (1 - Math.exp(-2 * t));
      // Four standard errors: of the mean √(v/n), of the standard deviation √(v/2n).
      expect(Math.abs(mean[0]! - 2 * Math.exp(-t))).toBeLessThan(4 * Math.sqrt(variance / 40_000));
      expect(Math.abs(deviation[0]! - Math.sqrt(variance))).toBeLessThan(4 * Math.sqrt(variance / 80_000));
    }
  });

  test('exact frames follow one path: y_t and y_s are correlated as the transition says', async () => {
    const process = { id: 'ornstein-uhlenbeck', A: [[-1]], G: [[1]], horizon: 4 };
    const [early, late] = (
      await simulate({ process, data: { id: 'gaussian', covariance: 0.5 } }, { n: 40_000, times: [1, 1.5] })
    ).frames;
    let product = 0;
    for (let i = 0; i < 40_000; i++) product += (early!.y.data[i]! * late!.y.data[i]!) / 40_000;
    expect(Math.abs(product - 0.5 * Math.exp(-0.5))).toBeLessThan(0.012); // four standard errors of a product with variance about 0.35
  });

  test('a process that says where it starts is started there; data of one’s own take its place', async () => {
    const at = async (set: readonly string[]) =>
      (await simulate('cir', { n: 4000, times: [0, 1], set: ['theta=2', ...set] })).moments;
    const own = await at([]);
    // log-normal with median θ/2 = 1 and σ = ¼: mean e^{1/32}, deviation .26; four standard errors
    expect(Math.abs(own[0]!.mean[0]! - Math.exp(1 / 32))).toBeLessThan((4 * 0.27) / Math.sqrt(4000));
    expect(await at(['data.id=initial'])).toEqual(own);
    const [start] = await at(['data.id=atoms', 'data.points=[[3]]']);
    expect(start).toEqual({ t: 0, mean: [expect.closeTo(3, 10)], deviation: [expect.closeTo(0, 10)] });
  });

  test('data of a process with velocities come without them', async () => {
    const { frames, coordinates } = await simulate('cld', {
      n: 2000,
      times: [0],
      set: ['dim=2', 'data.id=atoms', 'data.points=[[1, -2]]'],
    });
    expect(coordinates).toEqual(['x1', 'x2', 'v1', 'v2']);
    const { data } = frames[0]!.y;
    expect([...data.slice(0, 2), ...data.slice(4, 6)]).toEqual([1, -2, 1, -2]);
    const square = data.reduce((sum, x, k) => sum + (k % 4 > 1 ? x * x : 0), 0) / 4000;
    expect(Math.abs(square / 0.01 - 1)).toBeLessThan(4 * Math.sqrt(2 / 4000)); // γM = .01, four standard errors
  });

  test('path i does not depend on how many are simulated', async () => {
    for (const process of [
      { id: 'active-swimmer', horizon: 1 },
      { id: 'vp', dim: 2 },
    ]) {
      const objective = { id: process.id === 'vp' ? 'dsm' : 'local-dsm' };
      const experiment = await openExperiment({ process, objective });
      const key = rootKey(3);
      const [many] = await simulatePaths(experiment, { n: 1500, times: [0.5], key });
      const [few] = await simulatePaths(experiment, { n: 1100, times: [0.5], key });
      expect(many!.y.data.slice(0, 2200)).toEqual(few!.y.data);
    }
  });

  test('files: .npy of one and of several frames, .csv with times', async () => {
    const options = { n: 3, steps: 1000, seed: 4 };
    const one = join(folder, 'one.npy');
    const many = join(folder, 'deep', 'many.npy');
    const table = join(folder, 'many.csv');
    await simulate('active-swimmer', { ...options, out: one });
    await simulate('active-swimmer', { ...options, times: [1, 2], out: many });
    const { frames } = await simulate('active-swimmer', { ...options, times: [1, 2], out: table });
    expect(decodeNpy(await readBytes(one)).shape).toEqual([3, 2]);
    const stack = decodeNpy(await readBytes(many));
    expect(stack.shape).toEqual([2, 3, 2]);
    expect(stack.data.slice(6)).toEqual(frames[1]!.y.data);
    expect((await readText(table)).split('\n').slice(0, 2)).toEqual([
      't,x,v',
      `1,${frames[0]!.y.data.slice(0, 2).join(',')}`,
    ]);
  });

  test('what cannot be done is refused by code, and no file appears', async () => {
    const names = await readdir(folder);
    await writeFile(join(folder, 'bad.yaml'), 'process: 3\n');
    const cases: [string | object, object, string][] = [
      ['active-swimer', {}, 'E_UNKNOWN_ID'],
      ['absent.yaml', {}, 'E_FILE'],
      [join(folder, 'bad.yaml'), {}, 'E_CONFIG'],
      ['active-swimmer', { set: ['gamma=-1'] }, 'E_PARAMETERS'],
      ['active-swimmer', { set: ['gama=1'] }, 'E_PARAMETERS'],
      ['active-swimmer', { times: [11] }, 'E_TIME'],
      ['active-swimmer', { times: [Number.NaN] }, 'E_TIME'],
      ['active-swimmer', { times: [] }, 'E_TIME'],
      ['active-swimmer', { n: 0 }, 'E_USAGE'],
      ['active-swimmer', { steps: 1.5 }, 'E_USAGE'],
      ['active-swimmer', { workers: 0 }, 'E_USAGE'],
      ['active-swimmer', { workers: 1.5 }, 'E_USAGE'],
      ['active-swimmer', { n: 1e9 }, 'E_USAGE'],
      ['active-swimmer', { out: join(folder, 'x.txt') }, 'E_USAGE'],
      ['active-swimmer', { n: 5, steps: 1000, out: '/proc/fokker.npy' }, 'E_FILE'],
      ['active-swimmer', { n: 500, steps: 4, set: ['data.covariance=100'] }, 'E_DIVERGED'],
      ['active-swimmer', { signal: AbortSignal.abort() }, 'E_INTERRUPTED'],
      ['cir', { n: 50, set: ['data.id=gaussian'] }, 'E_DATA'],
      ['active-swimmer', { set: ['data.id=initial'] }, 'E_INCOMPATIBLE'],
      ['cld', { set: ['dim=2', 'data.id=atoms', 'data.points=[[1, 2, 0, 0]]'] }, 'E_SHAPE'],
    ];
    for (const [what, options, code] of cases) {
      await expect(simulate(what, options), JSON.stringify([what, options])).rejects.toThrow(refusal(code));
    }
    expect((await readdir(folder)).filter((name) => name !== 'bad.yaml')).toEqual(names);
  });
});
