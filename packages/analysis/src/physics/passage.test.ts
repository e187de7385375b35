/** Estimators from simulated paths alone: first passages and increments. */
import { createIntegrator, pointwiseSde, rootKey, type Sde, zeros } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { erf } from '../testing/samples.js';
import { firstPassage } from './first-passage.js';
import { kramersMoyal } from './kramers-moyal.js';

const key = rootKey(4);
const refusal = (code: string) => expect.objectContaining({ code });
const process = (drift: (y: number) => number, noise: number): Sde =>
  pointwiseSde({
    id: 'process',
    dim: 1,
    create: () => ({ noise, drift: (y, _t, dy) => void dy.fill(drift(y[0]!)) }),
  }).create({});
const from = (value: number) => ({
  draw: (_k: unknown, _f: number, out: { data: Float64Array }) => void out.data.fill(value),
});

describe('first passage', () => {
  const question = { coordinate: 0, level: 1, n: 20_000, steps: 20, key, start: from(0) };

  test('of a Brownian motion, P(τ ≤ t) = 2Φ(−a/√t), with steps as coarse as 1/20', async () => {
    const { survival, arrivals, censored, quantiles } = await firstPassage({ ...question, sde: process(() => 0, 1) });
    for (const { t, value } of survival.filter(({ t }) => t === 0.5 || t === 1)) {
      const expected = erf(1 / Math.sqrt(2 * t));
      expect(Math.abs(value - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / 20_000));
    }
    expect(censored + arrivals.reduce((sum, count) => sum + count, 0)).toBe(20_000);
    // 31.7 % arrive: a tenth and a quarter have a time, half has none
    expect(quantiles.map(({ share }) => share)).toEqual([0.1, 0.25]);
    // P(τ ≤ t) = .1 at t = 1/z², Φ(−z) = .05; the error of a quantile is √(.1 · .9/n) over the density of τ there, a/√(2πt³) e^{−a²/2t}
    const expected = 1 / 1.6448536 ** 2;
    const density = Math.exp(-0.5 / expected) / Math.sqrt(2 * Math.PI * expected ** 3);
    // a crossing inside a step is dated to its middle: half a step besides
    expect(Math.abs(quantiles[0]!.t - expected)).toBeLessThan((4 * Math.sqrt(0.09 / 20_000)) / density + 0.025);
  });
  test('downwards, from above, is the same by symmetry', async () => {
    const { survival } = await firstPassage({ ...question, sde: process(() => 0, 1), level: -1 });
    expect(Math.abs(survival[100]!.value - erf(Math.SQRT1_2))).toBeLessThan(4 * Math.sqrt(0.22 / 20_000));
  });
  test('without noise is the time of the straight line, and τ = t₀ on the level', async () => {
    const sde = process(() => 2, 0);
    const { quantiles, width } = await firstPassage({ ...question, sde, n: 10 });
    expect(quantiles).toHaveLength(5);
    for (const { t } of quantiles) expect(Math.abs(t - 0.5)).toBeLessThanOrEqual(width);
    const there = await firstPassage({ ...question, sde, n: 3, start: from(1) });
    expect(there).toMatchObject({ atStart: 3, censored: 0 });
    expect(there.quantiles.every(({ t }) => t === 0)).toBe(true);
  });
  test('path i is the same whatever batch it travels in', async () => {
    const sde = process((y) => -y, 1);
    const [one, many] = [
      await firstPassage({ ...question, sde, n: 40, batch: 9 }),
      await firstPassage({ ...question, sde, n: 40 }),
    ];
    expect(one.arrivals).toEqual(many.arrivals);
  });
  test.each([
    [{ coordinate: 1 }, 'E_PARAMETERS'],
    [{ level: Number.NaN }, 'E_PARAMETERS'],
    [{ steps: 0.5 }, 'E_TIME'],
    [{ from: 1, to: 0 }, 'E_TIME'],
    [{ signal: AbortSignal.abort() }, 'E_INTERRUPTED'],
  ])('refuses %o', async (wrong, code) => {
    await expect(firstPassage({ ...question, sde: process(() => 0, 1), ...wrong })).rejects.toThrow(refusal(code));
  });
});

describe('Kramers–Moyal', () => {
  const n = 60_000;
  const h = 0.01;
  const pairs = (sde: Sde) => {
    const y = zeros(n, 1);
    for (let i = 0; i < n; i++) y.data[i] = -2 + (4 * (i + 0.5)) / n;
    const next = { ...y, data: y.data.slice() };
    const filled = (t: number) => new Float64Array(n).fill(t);
    createIntegrator(sde, { scheme: 'heun', step: h / 4 }).advance(next, filled(0), filled(h), key, 0);
    return { y, next, pairs: { y, next }, t: 0, h };
  };
  const well = process((y) => y - y ** 3, 0.7);

  test('drift and noise of the double well are what it states, its increments Gaussian', async () => {
    const { cells, kurtosis } = await kramersMoyal(well, pairs(well), { coordinate: 0, cells: 10 });
    for (const { drift, statedDrift, noise, statedNoise } of cells) {
      // errors of order h: ½h (f f′ + ½Q f″) ≤ .35 at |y| = 2, h f′ Q ≤ .06 of Q
      expect(Math.abs(drift.value - statedDrift)).toBeLessThan(4 * drift.standardError + 0.35);
      expect(Math.abs(noise.value - statedNoise)).toBeLessThan(4 * noise.standardError + 0.06 * statedNoise);
      expect(statedNoise).toBeCloseTo(0.49, 14);
    }
    // means over cells of ten states' worth of increments: the kurtosis of a Gaussian within errors of order h
    expect(Math.abs(kurtosis!.value - 1)).toBeLessThan(4 * kurtosis!.standardError + 0.01);
  });
  test('another drift is found out', async () => {
    const other = process((y) => -y, 0.7);
    const { cells } = await kramersMoyal(other, pairs(well), { coordinate: 0, cells: 10 });
    const worst = Math.max(
      ...cells.map(({ drift, statedDrift }) => Math.abs(drift.value - statedDrift) / drift.standardError),
    );
    expect(worst).toBeGreaterThan(10);
  });
  test('without noise has no kurtosis', async () => {
    const still = process((y) => -y, 0);
    const { kurtosis, cells } = await kramersMoyal(still, pairs(still), { coordinate: 0, cells: 5 });
    expect(kurtosis).toBeUndefined();
    expect(cells[0]!.noise.value).toBeLessThan(1e-3);
  });
  test('a stream of parts gives the same bits, in cells that the first 20,000 states choose', async () => {
    const whole = pairs(well);
    const order = Int32Array.from({ length: n }, (_, i) => (i * 7919) % n); // 7919 is prime to n: states in no order
    const mixed = ({ data }: { data: Float64Array }, first: number, count: number) => ({
      data: Float64Array.from({ length: count }, (_, i) => data[order[first + i]!]!),
      n: count,
      d: 1,
    });
    async function* parts(size: number) {
      for (let first = 0; first < n; first += size) {
        const count = Math.min(size, n - first);
        yield { y: mixed(whole.y, first, count), next: mixed(whole.next, first, count) };
      }
    }
    const [one, many] = await Promise.all(
      [n, 7001].map((size) => kramersMoyal(well, { ...whole, pairs: parts(size) }, { coordinate: 0, cells: 10 })),
    );
    expect(many).toEqual(one);
    // Uniform states in ten cells by the quantiles of a third of them: √(2 · .1 · .9 · 3 · n) of n/10 at four standard deviations, 10 %
    for (const { n: inside } of one!.cells) expect(Math.abs(inside / (n / 10) - 1)).toBeLessThan(0.1);
  });
  test('refuses pairs that do not fit', async () => {
    const wrong = { ...pairs(well), pairs: { y: zeros(30, 1), next: zeros(3, 1) } };
    await expect(kramersMoyal(well, wrong, { coordinate: 0 })).rejects.toThrow(refusal('E_SHAPE'));
    const few = { ...pairs(well), pairs: { y: zeros(3, 1), next: zeros(3, 1) } };
    await expect(kramersMoyal(well, few, { coordinate: 0 })).rejects.toThrow(refusal('E_SHAPE'));
    await expect(kramersMoyal(well, pairs(well), { coordinate: 1 })).rejects.toThrow(refusal('E_PARAMETERS'));
  });
});
