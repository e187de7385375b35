import { rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { gaussianSample, linearProcess, linearScore, rotation, scaled } from '../testing/linear.js';
import { pathProduction } from './path-production.js';

const key = rootKey(2);
const gaussianStart = (variance: number) => ({
  draw: (k: typeof key, first: number, out: { data: Float64Array; n: number; d: number }) => {
    const all = gaussianSample([0, 0], scaled(2, variance), first + out.n, k);
    out.data.set(all.data.subarray(first * 2));
  },
});
const margin = ({ low, high }: { low: number; high: number }) => (4 * (high - low)) / 2 / 1.96;

describe('entropy production along paths', () => {
  // slow rotation: little dissipation, so that ⟨e^{−Σ}⟩ is not ruled by rare paths
  const sde = linearProcess(rotation(1, 0.6), scaled(2, 1));
  const score = linearScore(scaled(2, 2), [0, 0]);
  const question = { sde, score, start: gaussianStart(0.5), from: 0, to: 1, steps: 40, n: 4000, key };

  test('of the stationary rotation grows at 2ω²/a and keeps the fluctuation theorem', async () => {
    const { times, fluctuation, production } = await pathProduction({ ...question, records: 4 });
    expect(times.map(({ t }) => t)).toEqual([0.25, 0.5, 0.75, 1].map((t) => expect.closeTo(t, 12)));
    for (const { t, total, medium } of times) {
      expect(Math.abs(total.value - 0.72 * t)).toBeLessThan(margin(total));
      expect(Math.abs(medium.value - 0.72 * t)).toBeLessThan(margin(medium));
    }
    expect(Math.abs(fluctuation.value - 1)).toBeLessThan(margin(fluctuation));
    expect(production.length).toBe(4000);
  });

  test('does not depend on how many paths travel at once', async () => {
    const few = { ...question, n: 50, steps: 5 };
    const [one, many] = [await pathProduction({ ...few, batch: 7 }), await pathProduction(few)];
    expect(one.production).toEqual(many.production);
  });

  test('underdamped at equilibrium: nothing, with velocities odd', async () => {
    const [gamma, theta] = [1, 0.5];
    const trap = linearProcess(
      [
        [0, 1],
        [-1, -gamma],
      ],
      [[0], [Math.sqrt(2 * gamma * theta)]],
    );
    const { times } = await pathProduction({
      ...question,
      sde: trap,
      score: linearScore(scaled(2, 1 / theta), [0, 0]),
      start: gaussianStart(theta),
      n: 500,
      parity: ['even', 'odd'],
      records: 1,
    });
    expect(Math.abs(times[0]!.total.value)).toBeLessThan(1e-10);
    expect(Math.abs(times[0]!.medium.value)).toBeLessThan(margin(times[0]!.medium) + 1e-10);
  });

  test.each([
    [{ from: 1, to: 0 }, 'E_TIME'],
    [{ steps: 0 }, 'E_TIME'],
    [{ n: 1 }, 'E_TIME'],
    [{ signal: AbortSignal.abort() }, 'E_INTERRUPTED'],
  ])('refuses %o', async (wrong, code) => {
    await expect(pathProduction({ ...question, ...wrong })).rejects.toThrow(expect.objectContaining({ code }));
  });
});
