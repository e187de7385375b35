/** Derivatives of a small network, nested, against finite differences of its loss; memory; parameters that are not read. */
import { env, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import * as o from './index.js';

beforeAll(async () => {
  env().set('IS_TEST', true); // no banner
  await import('@tensorflow/tfjs-backend-cpu');
  await setBackend('cpu');
});

const values = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin(7.3 * i + seed));
const rows = (): o.Tensor => o.tensor2d(values(16, 1), [8, 2]);
const parameters = (): o.Tensor[] => [
  o.tensor2d(values(10, 2), [2, 5]),
  o.tensor1d(values(5, 3)),
  o.tensor2d(values(10, 4), [5, 2]),
];
/** E(x) = ‖φ(x W + b) V‖²/2 of each row, and with it a loss that holds second derivatives: Σ ‖∇E‖². */
const energy = (apply: (x: o.Tensor) => o.Tensor, [w, b, v]: o.Tensor[], x: o.Tensor): o.Tensor =>
  o.mul(0.5, o.squaredNorm(o.matMul(apply(o.add(o.matMul(x, w!), b!)), v!)));
const loss =
  (apply: (x: o.Tensor) => o.Tensor) =>
  (...params: o.Tensor[]): o.Scalar =>
    o.mean(o.squaredNorm(o.gradient((x: o.Tensor) => energy(apply, params, x))(rows())));

const twiceDifferentiable = Object.keys(o.activations).filter((id) => o.activations[id]!.continuousDerivatives > 0);

describe('a loss with a gradient inside', () => {
  test.each(twiceDifferentiable)('%s: parameter gradients along themselves', (id) => {
    const f = loss(o.activations[id]!.apply);
    o.tidy(() => {
      const params = parameters();
      const { gradients } = o.valueAndGradient(f)(...params);
      const length = Math.sqrt(gradients.reduce((total, g) => total + o.sum(o.square(g)).dataSync()[0]!, 0));
      const at = (step: number): number =>
        f(...params.map((p, i) => o.add(p, o.mul(step / length, gradients[i]!)))).dataSync()[0]!;
      const h = 2 ** -5;
      const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      // Float32: the loss carries 1e-6 of itself, divided by h and by a slope of its own order.
      expect(slope / length).toBeCloseTo(1, 3);
    });
  });
});

test('a parameter that is not read has gradient zero', () => {
  const [a, b] = [o.scalar(2), o.tensor1d([1, 2])];
  const { value, gradients } = o.valueAndGradient((x: o.Tensor, _unread: o.Tensor) => o.square(x) as o.Scalar)(a, b);
  expect(value.dataSync()[0]).toBe(4);
  expect(gradients.map((g) => [...g.dataSync()])).toEqual([[4], [0, 0]]);
});

test('gradient takes a cotangent', () => {
  const x = o.tensor2d([1, 2, 3, 4], [2, 2]);
  const twice = o.gradient((u: o.Tensor) => o.square(u))(x, o.tensor2d([1, 0, 0, 10], [2, 2]));
  expect([...twice.dataSync()]).toEqual([2, 0, 0, 80]);
});

test('nothing is left behind but value and gradients', () => {
  const params = parameters();
  const before = o.memory().numTensors;
  for (let i = 0; i < 3; i++) {
    const { value, gradients } = o.valueAndGradient(loss(o.silu))(...params);
    expect(o.memory().numTensors).toBe(before + 1 + gradients.length);
    o.dispose([value, ...gradients]);
  }
  expect(o.memory().numTensors).toBe(before);
});

test('no random numbers are offered', () => {
  expect(Object.keys(o).filter((name) => /random|dropout|multinomial/i.test(name))).toEqual([]);
});
