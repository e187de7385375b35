import { type Dataset, rootKey, zeros } from '@fokker/core';
import { assertAllClose } from '@fokker/core/testing';
import { expect, test } from 'vitest';
import { normalStart } from './initial-laws.js';
import { batchOf } from './testing/paths.js';
import { withVelocities } from './with-velocities.js';

test('a Gaussian with velocities is a Gaussian of twice the dimension', () => {
  const lifted = withVelocities(normalStart([1, -2], [0.5, 2]), 0.1);
  const whole = normalStart([1, -2, 0, 0], [0.5, 2, 0.1, 0.1]);
  expect(lifted.mixture).toEqual(whole.mixture);
  const y = batchOf(4, 0.7, -1, 0.2, 0.05, 2, 0, -0.1, 0);
  const [a, b] = [new Float64Array(2), new Float64Array(2)];
  lifted.density!.logDensity(y, a);
  whole.density!.logDensity(y, b);
  assertAllClose('log density', a, b, { rtol: 1e-14 });
  const [s, t] = [zeros(2, 4), zeros(2, 4)];
  lifted.density!.score(y, s);
  whole.density!.score(y, t);
  assertAllClose('score', s.data, t.data, { rtol: 1e-14, atol: 1e-14 });
});

test('the data themselves are drawn as they were, velocities beside them; nothing more is claimed than is known', () => {
  const plain: Dataset = {
    dim: 1,
    size: 7,
    draw: (_key, first, out) =>
      void out.data.forEach((_, i) => {
        out.data[i] = first + i;
      }),
  };
  const lifted = withVelocities(plain, 0.1);
  const out = zeros(4000, 2);
  lifted.draw(rootKey(1), 3, out);
  expect([0, 1, 2].map((i) => out.data[2 * i])).toEqual([3, 4, 5]);
  let square = 0;
  for (let i = 0; i < 4000; i++) square += out.data[2 * i + 1]! ** 2 / 4000;
  expect(Math.abs(square / 0.01 - 1)).toBeLessThan(4 * Math.sqrt(2 / 4000)); // four standard errors
  expect([lifted.size, lifted.density, lifted.mixture]).toEqual([7, undefined, undefined]);
});
