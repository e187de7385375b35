import { processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { lotkaVolterra } from './lotka-volterra.js';
import { averageOf, batchOf, made, pathsOf, timesFrom } from './testing/paths.js';

describe('Lotka–Volterra', () => {
  test.each(
    processContract(lotkaVolterra, {
      alpha: 2,
      beta: 1.5,
      gamma: 0.5,
      delta: 0.8,
      kappa: 0,
      noiseX: 0.4,
      noiseY: 0.1,
      horizon: 2,
    }),
  )('no competition: $name', ({ run }) => run());

  test('stationary means: E x = (γ + σ_y²/2)/δ, E y = (α − σ_x²/2 − κ E x)/β; nobody dies out', () => {
    const frames = pathsOf(made(lotkaVolterra, { horizon: 200 }), { n: 400, step: 0.02, times: timesFrom(60, 2, 50) });
    const [x, y] = [averageOf(frames, (state, at) => state[at]!), averageOf(frames, (state, at) => state[at + 1]!)];
    // four standard errors, and a bias of the order of the step times the squared rates of noise: 0.02 · 0.04
    expect(Math.abs(x.mean - 1.02)).toBeLessThan(4 * x.error + 1e-3);
    expect(Math.abs(y.mean - (0.98 - 0.2 * 1.02))).toBeLessThan(4 * y.error + 1e-3);
    expect(frames.every(({ data }) => data.every((value) => value > 0))).toBe(true);
  });

  test('even steps far too long leave no one below zero', () => {
    const sde = made(lotkaVolterra, { noiseX: 2, noiseY: 2 });
    const [end] = pathsOf(sde, { n: 200, step: 0.5, times: [3] });
    expect(end!.data.every((value) => value >= 0)).toBe(true);
    expect(() =>
      pathsOf(sde, { n: 1, step: 0.5, times: [1], start: (out) => out.data.set(batchOf(2, -1, 1).data) }),
    ).toThrow(expect.objectContaining({ code: 'E_DATA' }));
  });
});
