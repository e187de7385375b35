import { describe, expect, test } from 'vitest';
import type { Batch } from '../contracts/index.js';
import { ouA } from '../testing/instances.js';
import '../testing/vitest.js';
import { linearClock } from './clock.js';
import { affineTransition, linearTransition, transitionKernel } from './transition.js';

const ys: Batch = { data: Float64Array.of(0.3, -1, 2, 0.5), n: 2, d: 2 };

describe('linear transition', () => {
  const { A, G } = ouA;

  test('OU-A at τ = ½ (MATH §9), shifted to a centre, each row with its own times', () => {
    const c = [0.2, -0.1];
    const kernel = transitionKernel(linearTransition(A, c, G), ys, Float64Array.of(0, 1), Float64Array.of(0.5, 3));
    const E = [0.554410839246, 0.268348141566, -0.268348141566, 0.722128427725];
    const [u, v] = [0.3 - 0.2, -1 + 0.1];
    expect(kernel.structure).toBe('dense');
    expect(kernel.mean.data.subarray(0, 2)).toBeAllClose([0.2 + E[0]! * u + E[1]! * v, -0.1 + E[2]! * u + E[3]! * v], {
      atol: 1e-10,
    });
    const [a, , b, d] = kernel.root;
    expect([a! * a!, a! * b!, b! * b! + d! * d!]).toBeAllClose([0.344116573928, 0.079147386315, 0.195170259391], {
      atol: 1e-10,
    });
    const later = transitionKernel(
      linearTransition(A, c, G),
      { data: ys.data.slice(2), n: 1, d: 2 },
      Float64Array.of(1),
      Float64Array.of(3),
    );
    expect([...kernel.root.subarray(4)]).toEqual([...later.root]);
    expect([...kernel.mean.data.subarray(2)]).toEqual([...later.mean.data]);
  });

  test('critically damped Langevin from a Gaussian velocity (MATH §9)', () => {
    const cld = linearTransition(
      [
        [0, 16],
        [-4, -16],
      ],
      [0, 0],
      [[0], [Math.sqrt(8)]],
    );
    const expected = [
      [0.1, 0.647033708329, -0.143785268518, 0.221810061041, 0.129859840374, 0.215758350548],
      [0.5, 0.073262555555, -0.029305022222, 0.986460728338, 0.005286891016, 0.247933550212],
      [1, 0.002415330921, -0.001073480409, 0.99998397049, 7.0762118e-6, 0.249996876024],
    ] as const;
    for (const [t, x, v, xx, xv, vv] of expected) {
      const at = (y: readonly number[]) =>
        transitionKernel(cld, { data: Float64Array.from(y), n: 1, d: 2 }, Float64Array.of(0), Float64Array.of(t));
      const { mean, root } = at([0.8, 0]);
      const column = at([0, 1]).mean.data;
      expect(mean.data).toBeAllClose([x, v], { atol: 1e-12 });
      const spread = (i: number, j: number): number => 0.01 * column[i]! * column[j]!;
      const [a, , b, c] = root;
      const covariance = [a! * a! + spread(0, 0), a! * b! + spread(0, 1), b! * b! + c! * c! + spread(1, 1)];
      expect(covariance).toBeAllClose([xx, xv, vv], { atol: 1e-12 });
    }
  });

  test('times run forward, and at t = s the kernel is a point', () => {
    const transition = linearTransition(A, [0, 0], G);
    const point = transitionKernel(transition, ys, Float64Array.of(1, 1), Float64Array.of(1, 1));
    expect([...point.mean.data]).toEqual([...ys.data]);
    expect(point.root.every((x) => x === 0)).toBe(true);
    const backwards = () => transitionKernel(transition, ys, Float64Array.of(1, 1), Float64Array.of(2, 0.5));
    expect(backwards).toThrow(expect.objectContaining({ code: 'E_TIME' }));
  });

  test('a law on a line has no root', () => {
    const flat = linearTransition(
      [
        [-1, 0],
        [0, -1],
      ],
      [0, 0],
      [[1], [1]],
    );
    const root = () => flat.root(Float64Array.of(0), Float64Array.of(1), new Float64Array(4));
    expect(root).toThrow(expect.objectContaining({ code: 'E_COVARIANCE' }));
  });
});

test('affine transition: mean a y_s, root √variance', () => {
  const transition = affineTransition((s, t) => ({ a: Math.exp(s - t), variance: t - s }));
  const kernel = transitionKernel(transition, ys, Float64Array.of(0, 1), Float64Array.of(4, 1.25));
  expect(kernel.mean.data).toBeAllClose(
    [0.3 * Math.exp(-4), -Math.exp(-4), 2 * Math.exp(-0.25), 0.5 * Math.exp(-0.25)],
    { rtol: 1e-15 },
  );
  expect([...kernel.root]).toEqual([2, 0.5]);
});

test('the linear clock: B is the integral of β, and B⁻¹(B(t)) = t without cancellation', () => {
  for (const [beta0, beta1, T] of [
    [0.1, 20, 1],
    [0.5, 0.5, 3],
    [1e-6, 4, 10],
  ] as const) {
    const clock = linearClock(beta0, beta1, T);
    expect([clock.beta(0), clock.beta(T), clock.B(0), clock.B(T)]).toBeAllClose(
      [beta0, beta1, 0, 0.5 * (beta0 + beta1) * T],
      { rtol: 1e-15 },
    );
    for (let e = -6; e <= 0; e += 0.25) {
      const t = T * 10 ** e;
      expect(clock.inverse(clock.B(t))).toBeAllClose(t, { rtol: 1e-13 });
    }
  }
});
