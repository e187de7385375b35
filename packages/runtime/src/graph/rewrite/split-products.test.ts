/** Sums over many rows in parts: the same numbers in another order, and only where they pay. */
import { conv2d, gradient, matMul, mul, sin, type Tensor, transpose } from '@fokker/ops';
import { expect, test } from 'vitest';
import { type Arrays, runTraced, scattered, type Traced, worstDifference } from '../../testing/compare.js';
import { trace } from '../../trace/trace.js';
import { countOperations } from '../graph.js';
import { allRewrites } from '../rewrites.js';

const whole = { ...allRewrites, parts: false };
const arraysOf = (rows: number, m: number, n: number): Arrays => ({
  a: { shape: [rows, m], numbers: scattered([rows, m], 1) },
  b: { shape: [rows, n], numbers: scattered([rows, n], 2) },
});
const overRows: Traced = ({ a, b }) => ({ out: matMul(transpose(sin(a!)), b!) });
const parts = async (f: Traced, arrays: Arrays): Promise<number> =>
  countOperations(await trace(f, arrays)).get('MatMul') ?? 0;

test.each([
  [2048, 3, 5],
  [2048, 5, 3],
  [2304, 40, 2],
])('%i rows of %i and %i numbers: one product of parts, the same numbers', async (rows, m, n) => {
  const arrays = arraysOf(rows, m, n);
  expect(await parts(overRows, arrays)).toBe(1);
  const [one, many] = [await runTraced(overRows, arrays, whole), await runTraced(overRows, arrays, allRewrites)];
  // Sums of 2000 float32 products in another order: √2000 · 6e-8 of the largest.
  expect(worstDifference(one, many)).toBeLessThan(5e-6);
});

test.each([
  ['few rows', 1024, 3, 5],
  ['rows that do not divide', 2053, 3, 5],
  ['wide factors', 2048, 80, 96],
])('%s: one Gemm', async (_, rows, m, n) => {
  expect(await parts(overRows, arraysOf(rows, m, n))).toBe(0);
});

test('filter gradients are taken in parts, their images are not', async () => {
  const arrays: Arrays = {
    x: { shape: [2, 32, 32, 2], numbers: scattered([2, 32, 32, 2], 1) },
    filter: { shape: [3, 3, 2, 3], numbers: scattered([3, 3, 2, 3], 2) },
  };
  const f: Traced = ({ x, filter }) => ({
    slope: gradient((u: Tensor) => mul(conv2d(x!, u), conv2d(x!, u)))(filter!),
    image: gradient((u: Tensor) => mul(conv2d(u, filter!), conv2d(u, filter!)))(x!),
  });
  expect(await parts(f, arrays)).toBe(1);
  const [one, many] = [await runTraced(f, arrays, whole), await runTraced(f, arrays, allRewrites)];
  expect(worstDifference(one, many)).toBeLessThan(5e-6);
});
