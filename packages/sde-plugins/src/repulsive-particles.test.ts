import { assertAllClose, processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { repulsiveParticles } from './repulsive-particles.js';
import { averageOf, fieldAt, made, pathsOf, timesFrom } from './testing/paths.js';

const defaults = { A: 2, r: 0.5, D: 0.25, B: 0.16, N: 5 };
/** Σ_i B|x_i − b|⁴/4 + (A/N) Σ_{i<j} e^{−|x_i − x_j|²/2r²} */
const energy = (y: readonly number[], b: readonly number[]): number => {
  const { A, r, B, N } = defaults;
  let sum = 0;
  for (let i = 0; i < N; i++) {
    sum += 0.25 * B * ((y[2 * i]! - b[0]!) ** 2 + (y[2 * i + 1]! - b[1]!) ** 2) ** 2;
    for (let j = 0; j < i; j++) {
      const square = (y[2 * i]! - y[2 * j]!) ** 2 + (y[2 * i + 1]! - y[2 * j + 1]!) ** 2;
      sum += (A / N) * Math.exp(-square / (2 * r * r));
    }
  }
  return sum;
};

describe('repulsive particles', () => {
  test.each(
    processContract(repulsiveParticles, {
      particles: 3,
      strength: 1,
      range: 0.8,
      stiffness: 0.5,
      radius: 1,
      omega: 0.4,
      horizon: 2,
    }),
  )('$name', ({ run }) => run());

  test('the drift is minus the gradient of the energy', () => {
    const y = [2.9, 0.1, 3.3, -0.2, 2.6, 0.5, 3.1, 0.4, 3.8, 0];
    const h = 2 ** -12;
    const slope = y.map((_, k) => {
      const at = (shift: number): number =>
        energy(
          y.map((value, j) => (j === k ? value + shift : value)),
          [3, 0],
        );
      return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    });
    assertAllClose(
      'f',
      fieldAt(made(repulsiveParticles).drift, y, 0),
      slope.map((value) => -value),
      { atol: 1e-11 },
    );
  });

  test('a trap at rest: the virial, −E Σ f·(x − b) = 2ND, and equal shares of all particles', () => {
    const sde = made(repulsiveParticles, { omega: 0, horizon: 40 });
    const frames = pathsOf(sde, { n: 300, step: 0.02, times: timesFrom(15, 1, 25) });
    const virial = averageOf(frames, (y, at) => {
      const state = [...y.subarray(at, at + 10)];
      return fieldAt(sde.drift, state).reduce((sum, f, k) => sum - f * (state[k]! - (k % 2 === 0 ? 3 : 0)), 0);
    });
    // four standard errors, and the bias of the step, h² of a stiffness of about one
    expect(Math.abs(virial.mean - 2.5)).toBeLessThan(4 * virial.error + 5e-3);
    const spread = averageOf(frames, (y, at) => (y[at]! - 3) ** 2 - (y[at + 9]! - 0) ** 2);
    expect(Math.abs(spread.mean)).toBeLessThan(4 * spread.error);
  });
});
