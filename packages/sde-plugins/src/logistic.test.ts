import { linearClock, zeros } from '@fokker/core';
import { assertAllClose, processContract } from '@fokker/core/testing';
import { describe, test } from 'vitest';
import { isotropic } from './isotropic.js';
import { logistic } from './logistic.js';
import { batchOf, made } from './testing/paths.js';
import { timeChanged } from './time-changed.js';
import { vp } from './vp.js';

describe('logistic prior', () => {
  test.each(processContract(logistic, { dim: 3, mu: 0.4, c: 0.6, beta1: 5, horizon: 2 }))('$name', ({ run }) => run());
});

test('a process put in a clock: VP from its base', () => {
  const clock = linearClock(0.1, 20, 1);
  const base = isotropic(2, { rate: 0.5, noise: 1 });
  const own = timeChanged({ base, clock, slope: () => 19.9, horizon: 1, cutoff: { train: 1e-5, sample: 1e-3 } });
  const exact = made(vp);
  const y = batchOf(2, 0.3, -1, 2, 0.5);
  const t = Float64Array.of(0.2, 0.9);
  for (const name of ['drift', 'driftTime', 'itoTerm'] as const) {
    const [a, b] = [zeros(2, 2), zeros(2, 2)];
    own[name]!(y, t, a);
    exact[name]!(y, t, b);
    assertAllClose(name, a.data, b.data, { rtol: 1e-15, atol: 1e-15 });
  }
  const [J, K] = [new Float64Array(2), new Float64Array(2)];
  own.jacobian!.entries(y, t, J);
  exact.jacobian!.entries(y, t, K);
  assertAllClose('J', J, K, { rtol: 1e-15 });
  const [g, h] = [new Float64Array(1), new Float64Array(1)];
  own.diffusion.entries(0.4, g);
  exact.diffusion.entries(0.4, h);
  assertAllClose('G', g, h, { rtol: 1e-15 });
});
