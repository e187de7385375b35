/**
 * Every exported operator against five-point central differences, first and second order, on both embedded backends.
 *
 *     f(x) ≈ Σ_k c_k f(x + k h e_j) / h  with c = (1, −8, 0, 8, −1)/12
 *
 * h = 2⁻⁵ leaves a truncation of h⁴ f⁽⁵⁾/30 ≈ 3e-8 f⁽⁵⁾ and a rounding of about 1e-7 |f| · 1.5/h ≈ 5e-6 |f|; values and their sums here reach 20,
 * hence the tolerance 5e-4.
 */
import { env, getGradient, getKernelsForBackend, registerGradient, setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as o from '../index.js';

type Loss = (xs: o.Tensor[]) => o.Scalar;
const h = 2 ** -5;
const tolerance = 5e-4;

/** Numbers without symmetry or ties, in (−0.9, 0.9) and away from 0 where functions have kinks. */
const numbers = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) => {
    const u = 0.8 * Math.sin(12.9898 * (i + 1) + 4.1 * seed);
    return u + 0.1 * Math.sign(u);
  });
const arrayOf = (shape: readonly number[], seed: number, shift = 0): o.Tensor =>
  o.tensor(
    numbers(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ).map((x) => x + shift),
    [...shape],
  );
/** Σ w ⊙ y with fixed weights: a number that depends on every element differently. */
const weighed = (y: o.Tensor, seed: number): o.Scalar => o.sum(o.mul(y, arrayOf(y.shape, seed)));

const finiteDifferences = (f: Loss, xs: o.Tensor[]): number[][] =>
  xs.map((x, which) => {
    const data = x.dataSync();
    return Array.from(data, (_, j) => {
      const at = (offset: number): number =>
        o.tidy(() => {
          const moved = Float32Array.from(data);
          moved[j]! += offset * h;
          return f(xs.map((other, i) => (i === which ? o.tensor(moved, x.shape) : other))).dataSync()[0]!;
        });
      return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
    });
  });

const expectGradients = (f: Loss, xs: o.Tensor[]): void => {
  const expected = finiteDifferences(f, xs);
  const { gradients } = o.valueAndGradient((...params) => f(params))(...xs);
  gradients.forEach((gradient, i) => {
    expect(gradient.shape).toEqual(xs[i]!.shape);
    gradient.dataSync().forEach((value, j) => {
      expect(Math.abs(value - expected[i]![j]!), `∂/∂x${i}[${j}]`).toBeLessThan(tolerance);
    });
  });
};

/** First order, then the gradient of a weighed sum of the gradient. */
const expectBothOrders = (f: (xs: o.Tensor[]) => o.Tensor, xs: o.Tensor[]): void => {
  const loss: Loss = (params) => weighed(f(params), 3);
  expectGradients(loss, xs);
  expectGradients((params) => {
    const { gradients } = o.valueAndGradient((...inner) => loss(inner))(...params);
    return gradients.map((gradient, i) => weighed(gradient, 5 + i)).reduce((a, b) => o.add(a, b));
  }, xs);
};

type Make = () => o.Tensor;
interface Case {
  readonly f: (xs: o.Tensor[]) => o.Tensor;
  readonly at: readonly Make[];
}
const [a23, b23]: [Make, Make] = [() => arrayOf([2, 3], 1), () => arrayOf([2, 3], 9)];
const above =
  (seed: number): Make =>
  () =>
    arrayOf([2, 3], seed, 1.5);
const one = (f: (x: o.Tensor) => o.Tensor, x = a23): Case => ({ f: ([x]) => f(x!), at: [x] });
const two = (f: (a: o.Tensor, b: o.Tensor) => o.Tensor, a = a23, b = b23): Case => ({
  f: ([a, b]) => f(a!, b!),
  at: [a, b],
});

/** Two images, so that mistakes in the batch show. */
const image =
  (h: number, w: number, c: number): Make =>
  () =>
    arrayOf([2, h, w, c], 1);
const filter =
  (size: number, c: number): Make =>
  () =>
    arrayOf([size, size, c, 2], 9);

/** Piecewise-linear functions are squared after, so that second derivatives are not all zero. */
const operators: Readonly<Record<string, readonly Case[]>> = {
  add: [two(o.add), one((x) => o.add(1, x))],
  sub: [two(o.sub), one((x) => o.sub(1, x))],
  mul: [two(o.mul), one((x) => o.mul(x, x))],
  div: [two(o.div, a23, above(2)), one((x) => o.div(1, x), above(4))],
  maximum: [two((a, b) => o.square(o.maximum(a, b)))],
  minimum: [two((a, b) => o.square(o.minimum(a, b)))],
  neg: [one((x) => o.square(o.neg(x)))],
  abs: [one((x) => o.mul(x, o.abs(x)))],
  sign: [one((x) => o.mul(o.square(x), o.sign(x)))],
  square: [one(o.square)],
  sqrt: [one(o.sqrt, above(1))],
  rsqrt: [one(o.rsqrt, above(1))],
  reciprocal: [one(o.reciprocal, above(1))],
  exp: [one(o.exp)],
  expm1: [one(o.expm1)],
  log: [one(o.log, above(1))],
  log1p: [one(o.log1p, above(1))],
  sin: [one(o.sin)],
  cos: [one(o.cos)],
  atan: [one(o.atan)],
  sinh: [one(o.sinh)],
  cosh: [one(o.cosh)],
  tanh: [one(o.tanh)],
  erf: [one(o.erf)],
  sigmoid: [one(o.sigmoid)],
  softplus: [one(o.softplus)],
  relu: [one((x) => o.square(o.relu(x)))],
  elu: [one(o.elu)],
  silu: [one(o.silu)],
  gelu: [one(o.gelu)],
  mish: [one(o.mish)],
  leakyRelu: [one((x) => o.square(o.leakyRelu(x)))],
  pow: [one((x) => o.pow(x, 3)), one((x) => o.pow(x, -0.5), above(1))],
  equal: [one((x) => o.mul(o.square(x), o.indicator(o.equal(x, x))))],
  greater: [two((a, b) => o.mul(o.mul(a, b), o.indicator(o.greater(a, b))))],
  greaterEqual: [two((a, b) => o.mul(o.mul(a, b), o.indicator(o.greaterEqual(a, b))))],
  less: [two((a, b) => o.mul(o.mul(a, b), o.indicator(o.less(a, b))))],
  lessEqual: [two((a, b) => o.mul(o.mul(a, b), o.indicator(o.lessEqual(a, b))))],
  logicalAnd: [one((x) => o.mul(o.square(x), o.indicator(o.logicalAnd(o.greater(x, 0), o.less(x, 0.5)))))],
  logicalOr: [one((x) => o.mul(o.square(x), o.indicator(o.logicalOr(o.greater(x, 0.5), o.less(x, 0)))))],
  logicalNot: [one((x) => o.mul(o.square(x), o.indicator(o.logicalNot(o.greater(x, 0)))))],
  indicator: [one((x) => o.mul(o.square(x), o.indicator(o.greater(x, 0))))],
  where: [two((a, b) => o.where(o.greater(a, b), o.square(a), o.mul(a, b)))],
  reshape: [one((x) => o.square(o.reshape(x, [3, 2])))],
  expandDims: [one((x) => o.square(o.expandDims(x, 1))), one((x) => o.square(o.expandDims(x, -1)))],
  transpose: [
    one((x) => o.square(o.transpose(x))),
    one(
      (x) => o.square(o.transpose(x, [2, 0, 1])),
      () => arrayOf([2, 3, 2], 1),
    ),
  ],
  broadcastTo: [
    one(
      (x) => o.square(o.broadcastTo(x, [2, 2, 3])),
      () => arrayOf([2, 1], 1),
    ),
  ],
  slice: [one((x) => o.square(o.slice(x, [0, 1], [2, 2])))],
  pad: [one((x) => o.square(o.pad(x, [1, 0], [0, 2])))],
  concat: [two((a, b) => o.square(o.concat([a, b, a], 1))), two((a, b) => o.square(o.concat([a, b])))],
  sum: [one((x) => o.square(o.sum(x))), one((x) => o.square(o.sum(x, 0))), one((x) => o.square(o.sum(x, [-1])))],
  mean: [one((x) => o.square(o.mean(x))), one((x) => o.square(o.mean(x, 1)))],
  max: [one((x) => o.square(o.max(x, 1))), one((x) => o.square(o.max(x)))],
  min: [one((x) => o.square(o.min(x, 0)))],
  logSumExp: [one((x) => o.logSumExp(x)), one((x) => o.logSumExp(x, 0))],
  softmax: [one(o.softmax)],
  matMul: [two((a, b) => o.matMul(a, o.transpose(b))), one((x) => o.matMul(o.transpose(x), x))],
  dot: [two(o.dot)],
  squaredNorm: [one(o.squaredNorm)],
  conv2d: [
    two((x, f) => o.square(o.conv2d(x, f)), image(3, 3, 2), filter(3, 2)),
    two((x, f) => o.square(o.conv2d(x, f, { stride: 2 })), image(4, 3, 2), filter(3, 2)),
    two((x, f) => o.square(o.conv2d(x, f, { padding: 'valid', stride: 2 })), image(4, 4, 1), filter(2, 1)),
    two((x, f) => o.square(o.conv2d(x, f)), image(2, 2, 2), filter(1, 2)),
  ],
  avgPool: [one((x) => o.square(o.avgPool(x, 2)), image(2, 4, 2))],
  upsample: [one((x) => o.square(o.upsample(x, 2)), image(2, 1, 2))],
  groupNorm: [
    {
      f: ([x, scale, shift]) => o.square(o.groupNorm(x!, 2, scale!, shift!)),
      at: [image(2, 2, 4), () => arrayOf([4], 2, 1.5), () => arrayOf([4], 3)],
    },
  ],
};

/** wasm has no kernel for the gradient in a filter; the runtime brings one. */
const without: Readonly<Record<string, readonly string[]>> = { wasm: ['conv2d', 'Conv2DBackpropFilter'] };

/** Exports that are not operators. */
const others = [
  ...['dispose', 'fill', 'keep', 'memory', 'ones', 'onesLike', 'scalar', 'tensor', 'tensor1d', 'tensor2d', 'tidy'],
  ...['zeros', 'zerosLike', 'activations', 'valueAndGradient', 'gradient', 'directional'],
  ...['differentiableKernels', 'installGradients'],
];

test('the table holds every exported operator', () => {
  expect([...Object.keys(operators), ...others].sort()).toEqual(Object.keys(o).sort());
});

describe.each(['cpu', 'wasm'])('on %s', (backend) => {
  let before = 0;
  beforeAll(async () => {
    env().set('IS_TEST', backend === 'cpu'); // no banner; and on wasm what a gradient of one's own saves is a copy, which tfjs would take for a leak
    await import(`@tensorflow/tfjs-backend-${backend}`);
    await setBackend(backend);
    before = o.memory().numTensors;
  });
  afterAll(() => expect(o.memory().numTensors).toBe(before));

  const lacks = (name: string): boolean => without[backend]?.includes(name) ?? false;
  test.each(Object.entries(operators).filter(([name]) => !lacks(name)))('%s', (_name, cases) => {
    o.tidy(() => {
      for (const { f, at } of cases) {
        expectBothOrders(
          f,
          at.map((make) => make()),
        );
      }
    });
  });

  const shapes = [[], [1], [3], [1, 3], [2, 1], [2, 3], [1, 1], [4, 2, 3], [4, 1, 1]];
  const broadcasting = [o.add, o.sub, o.mul, o.div].map((operator) => ({ operator }));
  test.each(broadcasting)('sums over broadcast axes: %#', ({ operator }) => {
    const pairs = shapes.flatMap((left, i) => shapes.slice(i + 1).map((right) => [left, right]));
    for (const [left, right] of pairs.flatMap(([x, y]) => [[x!, y!] as const, [y!, x!] as const])) {
      o.tidy(() => {
        const f: Loss = ([x, y]) => weighed(operator(x!, y!), 3);
        expectGradients(f, [arrayOf(left, 1), arrayOf(right, 2, 2)]);
      });
    }
  });

  test('every differentiable kernel exists', () => {
    const kernels = new Set(getKernelsForBackend(backend).map(({ kernelName }) => kernelName));
    expect(o.differentiableKernels().filter((name) => !(kernels.has(name) || lacks(name)))).toEqual([]);
  });
});

test('operands that share a cotangent may each be read again', async () => {
  await setBackend('cpu');
  const twice: Loss = ([x]) => {
    const [a, b] = [o.slice(x!, [0, 0], [3, 2]), o.slice(x!, [0, 2], [3, 2])];
    return o.sum(o.add(o.square(o.add(a, b)), o.mul(a, o.sub(a, b))));
  };
  expectGradients(twice, [arrayOf([3, 4], 1)]);
});

describe('the registry', () => {
  test('installing again undoes a gradient that another package registered', () => {
    registerGradient({ kernelName: 'Tanh', gradFunc: (dy) => ({ x: () => (Array.isArray(dy) ? dy[0]! : dy) }) });
    o.installGradients();
    expect(getGradient('Tanh')?.inputsToSave).toEqual(['x']);
  });

  test('a kernel without a gradient here is refused', () => {
    expect(getGradient('Tan')).toBeUndefined();
  });
});

describe('misuse is refused', () => {
  beforeAll(async () => {
    await setBackend('cpu');
  });
  test.each([
    ['matMul', () => o.matMul(o.zeros([2, 3]), o.zeros([2, 3]))],
    ['reshape', () => o.reshape(o.zeros([2, 3]), [4])],
    ['slice', () => o.slice(o.zeros([2, 3]), [0, 2], [2, 2])],
    ['concat', () => o.concat([o.zeros([2, 3]), o.zeros([2, 2])])],
    ['concat', () => o.concat([])],
    ['where', () => o.where(o.zeros([2], 'bool'), o.zeros([2]), o.zeros([3]))],
    ['axes', () => o.sum(o.zeros([2]), 1)],
    ['axes', () => o.sum(o.zeros([2, 2]), [0, 0])],
    ['dot', () => o.dot(o.zeros([2]), o.zeros([2]))],
    ['squaredNorm', () => o.squaredNorm(o.zeros([2]))],
    ['conv2d', () => o.conv2d(o.zeros([1, 2, 2, 1]), o.zeros([3, 3, 2, 1]))],
    ['conv2d', () => o.conv2d(o.zeros([2, 2, 1]), o.zeros([3, 3, 1, 1]))],
    ['avgPool', () => o.avgPool(o.zeros([1, 3, 2, 1]), 2)],
    ['upsample', () => o.upsample(o.zeros([1, 2, 2, 1]), 1.5)],
    ['groupNorm', () => o.groupNorm(o.zeros([1, 2, 2, 3]), 2, o.zeros([3]), o.zeros([3]))],
  ])('%s', (name, misuse) => {
    expect(() => o.tidy(misuse)).toThrow(name);
  });
});
