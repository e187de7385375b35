import { processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { fitzhughNagumo } from './fitzhugh-nagumo.js';
import { averageOf, made, pathsOf, timesFrom } from './testing/paths.js';

describe('FitzHugh–Nagumo', () => {
  test.each(processContract(fitzhughNagumo, { noiseV: 0, noiseW: 0.1, current: 0.2, horizon: 10 }))(
    'channel noise alone: $name',
    ({ run }) => run(),
  );

  test('noise range follows the noises that are on; none at all is refused', () => {
    expect(made(fitzhughNagumo, { noiseW: 0 }).noiseRange).toMatchObject({ coordinates: [0] });
    expect(made(fitzhughNagumo).noiseRange).toMatchObject({ coordinates: [0, 1] });
    expect(fitzhughNagumo.parameters.safeParse({ noiseV: 0, noiseW: 0 }).success).toBe(false);
  });

  test('it fires: v swings between the branches; E v + a = b E w in the stationary state', () => {
    const frames = pathsOf(made(fitzhughNagumo, { horizon: 400 }), { n: 200, step: 0.1, times: timesFrom(150, 5, 50) });
    const balance = averageOf(frames, (y, at) => y[at]! + 0.7 - 0.8 * y[at + 1]!);
    expect(Math.abs(balance.mean)).toBeLessThan(4 * balance.error + 1e-3); // and the step's bias, h² ε
    const high = averageOf(frames, (y, at) => (y[at]! > 1 ? 1 : 0));
    const low = averageOf(frames, (y, at) => (y[at]! < -1 ? 1 : 0));
    expect(Math.min(high.mean, low.mean)).toBeGreaterThan(0.2);
  });
});
