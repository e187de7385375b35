/** Each rewrite beside its absence: the same numbers to 1e-5 of the largest (another order of float32 operations), and more operations without it. */
import { concat, reshape, sin, slice, type Tensor, transpose } from '@fokker/ops';
import { beforeAll, expect, test } from 'vitest';
import { type Arrays, runTraced, scattered, type Traced, worstDifference } from '../testing/compare.js';
import { trainingCase } from '../testing/losses.js';
import { trace } from '../trace/trace.js';
import { countOperations } from './graph.js';
import { allRewrites, noRewrites, type Rewrites } from './rewrites.js';

/** A perceptron's steps rearrange little; here is what convolutions do all the time. */
const rearranged = {
  arrays: { y: { shape: [4, 6], numbers: scattered([4, 6], 1) } },
  f: ({ y }: Readonly<Record<string, Tensor>>) => ({
    value: reshape(transpose(reshape(sin(reshape(transpose(y!), [2, 3, 4])), [6, 4])), [8, 3]),
    part: slice(slice(concat([y!, y!], 1), [1, 0], [3, 7]), [0, 1], [2, 4]),
  }),
};
const steps = (
  [
    ['mlp', 'ssm', 'tanh'],
    ['mlp', 'fd-ssm', 'silu'],
    ['energy', 'dsm', 'softplus'],
    ['energy', 'ssm', 'tanh'],
  ] as const
).map(([model, loss, activation]) => trainingCase(model, loss, activation));
const cases: readonly { f: Traced; arrays: Arrays }[] = [...steps, rearranged];

/** Operations, and products among them, over all cases. */
const sizes = async (rewrites: Rewrites) => {
  const graphs = await Promise.all(cases.map(({ f, arrays }) => trace(f, arrays, { rewrites })));
  const total = (of: (graph: (typeof graphs)[number]) => number) => graphs.reduce((sum, graph) => sum + of(graph), 0);
  return {
    operations: total(({ operations }) => operations.length),
    products: total((graph) => countOperations(graph).get('Gemm') ?? 0),
  };
};

let expected: readonly Record<string, Float32Array>[];
beforeAll(async () => {
  expected = await Promise.all(cases.map(({ f, arrays }) => runTraced(f, arrays, noRewrites)));
});
const largestDifference = async (rewrites: Rewrites): Promise<number> => {
  const results = await Promise.all(cases.map(({ f, arrays }) => runTraced(f, arrays, rewrites)));
  return Math.max(...results.map((result, i) => worstDifference(expected[i]!, result)));
};

/** `parts` makes operations faster, not fewer: `split-products.test.ts`. */
const shrinking = (Object.keys(allRewrites) as (keyof Rewrites)[]).filter((name) => name !== 'parts');

test.each(shrinking)('%s changes the size, not the numbers', async (name) => {
  const rewrites = { ...allRewrites, [name]: false };
  expect(await largestDifference(rewrites)).toBeLessThan(1e-5);
  expect((await sizes(rewrites)).operations).toBeGreaterThan((await sizes(allRewrites)).operations);
});

test('all together halve the graph and save a third of the products', async () => {
  expect(await largestDifference(allRewrites)).toBeLessThan(1e-5);
  const [all, none] = [await sizes(allRewrites), await sizes(noRewrites)];
  expect(all.operations).toBeLessThan(0.5 * none.operations);
  expect(all.products).toBeLessThan(0.67 * none.products);
});

test('the divergence of a perceptron takes 16 products where its derivatives write 26', async () => {
  const { f, arrays } = cases[0]!;
  const products = async (rewrites: Rewrites) => countOperations(await trace(f, arrays, { rewrites })).get('Gemm');
  expect(await products(noRewrites)).toBe(26);
  expect(await products({ ...allRewrites, factoring: false })).toBe(19);
  expect(await products(allRewrites)).toBe(16);
});
