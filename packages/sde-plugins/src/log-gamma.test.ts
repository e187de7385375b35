import { assertAllClose } from '@fokker/core/testing';
import { expect, test } from 'vitest';
import { logGamma } from './log-gamma.js';

test.each([
  [0.5, 0.5 * Math.log(Math.PI)],
  [1, 0],
  [2, 0],
  [1 / 3, Math.log(2.678938534707747)],
  [10, Math.log(362880)],
  [1000, 5905.220423209181],
  [1e-9, -Math.log(1e-9) - 0.5772156649015329e-9],
])('log Γ(%d)', (z, exact) => {
  assertAllClose('log Γ', logGamma(z), exact, { atol: 1e-14, rtol: 1e-15 });
});

test('Γ(z + 1) = z Γ(z) across the seam of the series', () => {
  for (let z = 10.1; z < 14; z += 0.3)
    expect(Math.abs(logGamma(z + 1) - logGamma(z) - Math.log(z))).toBeLessThan(2e-14);
});
