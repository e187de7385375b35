import { linearTransition, zeros } from '@fokker/core';
import { assertAllClose, processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { cld, thirdRemainder } from './cld.js';
import { batchOf, fieldAt, made } from './testing/paths.js';

describe('critically damped Langevin', () => {
  test.each(processContract(cld, { dim: 2, mass: 1.7, beta: 3, horizon: 0.8 }))('$name', ({ run }) => run());

  test('the closed kernel equals the general one of linear processes, at every lag', () => {
    const [mass, beta] = [0.25, 4];
    const drift = [
      [0, beta / mass],
      [-beta, (-2 * beta) / Math.sqrt(mass)],
    ];
    const general = linearTransition(drift, [0, 0], [[0], [Math.sqrt(4 * Math.sqrt(mass) * beta)]]);
    const own = made(cld).transition!;
    for (const lag of [1e-4, 0.01, 0.06, 0.07, 0.5, 1]) {
      const [s, t] = [Float64Array.of(0.1), Float64Array.of(0.1 + lag)];
      const [a, b] = [zeros(1, 2), zeros(1, 2)];
      own.mean(batchOf(2, 0.8, -0.3), s, t, a);
      general.mean(batchOf(2, 0.8, -0.3), s, t, b);
      assertAllClose('mean', a.data, b.data, { atol: 1e-13 });
      const [L, M] = [new Float64Array(4), new Float64Array(4)];
      own.root(s, t, L);
      general.root(s, t, M);
      // L_vv keeps a quarter of Σ_vv at short lags: two digits less than the series
      assertAllClose(`root at lag ${lag}`, L, M, { rtol: 1e-11, atol: 1e-15 });
    }
  });

  test('e^z − 1 − z − z²/2 keeps its digits where the series and the closed form meet', () => {
    assertAllClose('at 1', thirdRemainder(1), Math.E - 2.5, { rtol: 1e-14 });
    assertAllClose('just below 1', thirdRemainder(1 - 2 ** -40), thirdRemainder(1), { rtol: 1e-11 });
    assertAllClose('small', thirdRemainder(1e-5), 1e-15 / 6 + 1e-20 / 24, { rtol: 1e-10 });
    expect(thirdRemainder(0)).toBe(0);
  });

  test('the probability flow in the stationary state is a rotation at constant energy', () => {
    const sde = made(cld);
    const [y, s] = [batchOf(2, 0.7, -0.4), zeros(1, 2)];
    sde.stationary!.score!(y, s);
    const f = fieldAt(sde.drift, [0.7, -0.4]);
    const flow = [f[0]!, f[1]! - 0.5 * 4 * 0.5 * 4 * s.data[1]!]; // Q_vv = 4√M β
    assertAllClose('d/dt (x² + v²/M)/2', 0.7 * flow[0]! + (-0.4 / 0.25) * flow[1]!, 0, { atol: 1e-14 });
  });
});
