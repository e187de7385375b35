import { processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { lorenz63 } from './lorenz-63.js';
import { averageOf, made, pathsOf, timesFrom } from './testing/paths.js';

describe('Lorenz 63', () => {
  test.each(processContract(lorenz63, { sigma: 4, rho: 20, b: 1, q: 0.5, horizon: 2 }))('$name', ({ run }) => run());

  test('stationary balances: E y = E x, E xy = b E z, b E z² = E xyz + q/2', () => {
    const frames = pathsOf(made(lorenz63), { n: 400, step: 0.005, times: timesFrom(10, 0.5, 20) });
    const balances: readonly ((y: Float64Array, at: number) => number)[] = [
      (y, at) => y[at + 1]! - y[at]!,
      (y, at) => y[at]! * y[at + 1]! - (8 / 3) * y[at + 2]!,
      (y, at) => y[at + 2]! * ((8 / 3) * y[at + 2]! - y[at]! * y[at + 1]!) - 1,
    ];
    for (const balance of balances) {
      const { mean, error } = averageOf(frames, balance);
      // four standard errors; the step's bias of second order is far below them
      expect(Math.abs(mean)).toBeLessThan(4 * error);
    }
  });
});
