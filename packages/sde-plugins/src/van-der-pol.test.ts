import { processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { averageOf, made, pathsOf, timesFrom } from './testing/paths.js';
import { vanDerPol } from './van-der-pol.js';

describe('van der Pol', () => {
  test.each(processContract(vanDerPol, { mu: 3, temperature: 0.2, horizon: 4 }))('$name', ({ run }) => run());

  test('stationary balance of energy: μ E[(x² − 1) v²] = Θ, E xv = 0', () => {
    const frames = pathsOf(made(vanDerPol), { n: 1000, step: 0.02, times: timesFrom(20, 1, 20) });
    const power = averageOf(frames, (y, at) => (y[at]! ** 2 - 1) * y[at + 1]! ** 2);
    const mixed = averageOf(frames, (y, at) => y[at]! * y[at + 1]!);
    // four standard errors, and a bias of second order in the step: h² = 4e-4
    expect(Math.abs(power.mean - 0.5)).toBeLessThan(4 * power.error + 2e-3);
    expect(Math.abs(mixed.mean)).toBeLessThan(4 * mixed.error + 2e-3);
  });
});
