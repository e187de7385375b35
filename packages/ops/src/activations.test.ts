/**
 * Activations against formulas of their own in float64: values, and first to third derivatives by central differences.
 *
 * The reference is differentiated twice by five-point stencils with h = 1e-2 (truncation below 1e-7 for these functions, rounding 1e-11), so what
 * is left is the float32 of the operator: a few units of 6e-8 times values of order one, hence the tolerance 4e-6.
 */
import { env, setBackend } from '@tensorflow/tfjs-core';
import { erf } from 'mathjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { activations, gradient, memory, sum, type Tensor, tensor1d, tidy } from './index.js';

const softplus = (x: number): number => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0);
const references: Readonly<Record<string, (x: number) => number>> = {
  silu: (x) => x / (1 + Math.exp(-x)),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  mish: (x) => x * Math.tanh(softplus(x)),
  softplus,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  sin: Math.sin,
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  relu: (x) => Math.max(x, 0),
  'leaky-relu': (x) => Math.max(x, 0.01 * x),
};

const h = 1e-2;
const derivative = (f: (x: number) => number) => (x: number) =>
  (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
/** Away from 0, where three of the functions have a kink. */
const points = [-5, -2.3, -1.1, -0.4, -0.1, 0.1, 0.6, 1.3, 2.9, 6];
const tolerance = 4e-6;

const derivatives = (apply: (x: Tensor) => Tensor, order: number): Float32Array => {
  let f = apply;
  for (let k = 0; k < order; k++) {
    const previous = f;
    f = (x) => gradient((u: Tensor) => sum(previous(u)))(x);
  }
  return tidy(() => f(tensor1d(points)).dataSync<'float32'>());
};

beforeAll(async () => {
  env().set('IS_TEST', true); // no banner
  await import('@tensorflow/tfjs-backend-cpu');
  await setBackend('cpu');
});

test('every activation has a reference here', () => {
  expect(Object.keys(references).sort()).toEqual(Object.keys(activations).sort());
});

describe.each(Object.entries(activations))('%s', (id, { apply, continuousDerivatives }) => {
  test.each([0, 1, 2, 3])('derivative of order %i', (order) => {
    let expected = references[id]!;
    for (let k = 0; k < order; k++) expected = derivative(expected);
    const before = memory().numTensors;
    derivatives(apply, order).forEach((value, i) => {
      expect(Math.abs(value - expected(points[i]!)), `at ${points[i]}`).toBeLessThan(tolerance);
    });
    expect(memory().numTensors).toBe(before);
  });

  test('stays finite far out', () => {
    for (const order of [0, 1, 2]) {
      const values = tidy(() => {
        const f = [
          apply,
          gradient((x: Tensor) => sum(apply(x))),
          gradient((x: Tensor) => sum(gradient((u: Tensor) => sum(apply(u)))(x))),
        ];
        return f[order]!(tensor1d([-200, 200])).dataSync();
      });
      expect([...values].every(Number.isFinite), `order ${order}`).toBe(true);
    }
  });

  test('declares the continuous derivatives it has', () => {
    let f = references[id]!;
    for (let k = 0; k <= Math.min(continuousDerivatives, 2); k++, f = derivative(f)) {
      const jump = Math.abs(f(3 * h) - f(-3 * h));
      // A continuous derivative moves by at most its slope (≤ 2 for all of these) times the distance 6h; a jump here is 0.99 or 1.
      if (k <= continuousDerivatives) expect(jump).toBeLessThan(0.13);
    }
    if (Number.isFinite(continuousDerivatives)) expect(Math.abs(f(3 * h) - f(-3 * h))).toBeGreaterThan(0.9);
  });
});

test('which activation serves which order', () => {
  const serving = (order: number) =>
    Object.keys(activations).filter((id) => activations[id]!.continuousDerivatives + 1 >= order);
  expect(serving(1)).toEqual(Object.keys(activations));
  expect(serving(2)).toEqual(['silu', 'gelu', 'mish', 'softplus', 'tanh', 'sigmoid', 'sin', 'elu']);
  expect(serving(3)).toEqual(['silu', 'gelu', 'mish', 'softplus', 'tanh', 'sigmoid', 'sin']);
});
