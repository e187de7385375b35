import { expect, test } from 'vitest';
import { zeros } from '../contracts/index.js';
import { assertAllClose } from '../testing/close.js';
import { positiveDomain } from './domain.js';
import { denseNoise, diagonalStateNoise } from './noise.js';
import { noiseDivergenceDifference } from './noise-divergence.js';

const of = (sde: Parameters<typeof noiseDivergenceDifference>[0], y: number[]) => {
  const batch = { data: Float64Array.from(y), n: y.length / sde.diffusion.dim, d: sde.diffusion.dim };
  const t = new Float64Array(batch.n);
  const [divergence, half] = [zeros(batch.n, batch.d), new Float64Array(batch.n)];
  noiseDivergenceDifference(sde).divergence(batch, t, divergence);
  noiseDivergenceDifference(sde).halfHessianTrace(batch, t, half);
  return { divergence: divergence.data, half };
};

test('a full G: Q = [[1 + x², xv], [xv, v²]] has ∇·Q = (3x, 3v) and ½ ∂∂:Q = 3', () => {
  // G = [[1, x], [0, v]]
  const diffusion = denseNoise(
    2,
    2,
    (_t, out, y, at = 0) => {
      out.set([1, y![at]!, 0, y![at + 1]!]);
    },
    'state',
  );
  const { divergence, half } = of({ diffusion }, [0.7, -1.3, 2, 0.1]);
  assertAllClose('∇·Q', divergence, [2.1, -3.9, 6, 0.3], { atol: 1e-10 }); // differences of numbers of order one
  assertAllClose('½ ∂∂:Q', half, [3, 3], { atol: 1e-7 });
});

test('near a wall no stencil reaches it: Q = y³ on y > 0', () => {
  const diffusion = diagonalStateNoise(1, (y, at, _t, out) => {
    out[0] = y[at]! ** 1.5; // NaN below 0
  });
  const { divergence, half } = of({ diffusion, domain: positiveDomain(1) }, [1e-3, 2]);
  // fourth-order differences are exact for a cubic; what is left is round-off of Q over the step
  assertAllClose('∇·Q', divergence, [3e-6, 12], { rtol: 1e-9 });
  assertAllClose('½ ∂∂:Q', half, [3e-3, 6], { rtol: 1e-6 });
  expect(half.every(Number.isFinite)).toBe(true);
});
