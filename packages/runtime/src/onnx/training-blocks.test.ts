/** A step in blocks beside the same step as a whole. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { createBuilder } from '../graph/builder.js';
import { finishGraph } from '../graph/finish.js';
import { matMul } from '../graph/products.js';
import { scattered, worstDifference } from '../testing/compare.js';
import { params, stepWith } from '../testing/network.js';
import { adam } from '../testing/optimisers.js';
import { encodeModel, type OnnxGraph } from './encode.js';
import { lower } from './model.js';
import { repeat } from './scan.js';
import { blockRows, lowerBlocks } from './training-blocks.js';
import { traceTraining } from './training-graph.js';

const n = 24;
const shapes = { y: [2], target: [1] };
const step = stepWith(adam);

const feedFor = (name: string, shape: readonly number[], phase: number): Float32Array => {
  if (name === 'state/params') return params().data.slice();
  if (name === 'state/alive') return Float32Array.of(1);
  return scattered(shape, phase, name.startsWith('state') ? 0.001 : -1, name.startsWith('state') ? 0.002 : 1);
};

/** Outputs after `steps` steps; free dimensions are the steps. */
const run = async (graph: OnnxGraph, steps: number): Promise<Record<string, Float32Array>> => {
  const session = await InferenceSession.create(encodeModel(graph), { intraOpNumThreads: 1 });
  const feeds = graph.inputs.map(({ name, shape }, phase) => {
    const extents = shape.map((extent) => (typeof extent === 'number' ? extent : steps));
    return [name, new Tensor('float32', feedFor(name, extents, phase), extents)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(
    graph.outputs.map(({ name }) => [name, Float32Array.from(results[name]!.data as Float32Array)]),
  );
};

/** Inputs in one order, so that both graphs get the same numbers. */
const sorted = (graph: OnnxGraph): OnnxGraph => ({
  ...graph,
  inputs: [...graph.inputs].sort((a, b) => (a.name < b.name ? -1 : 1)),
});

test.each([2, 6, 12])('blocks of %i rows: losses, norm, state', async (rows) => {
  const whole = sorted(lower(await traceTraining(step, n, shapes), { name: 'whole' }));
  const blocks = sorted(await lowerBlocks(step, n, shapes, rows));
  // the gradient is summed in another order: a few float32 roundings
  expect(worstDifference(await run(whole, 1), await run(blocks, 1))).toBeLessThan(1e-6);
  expect(worstDifference(await run(repeat(whole), 3), await run(repeat(blocks), 3))).toBeLessThan(1e-5);
});

test('rows of a block divide n, keep samples whole and fit the cache', () => {
  const rowsFor = (n: number, width: number, rowsPerSample?: number): number => {
    const b = createBuilder();
    const product = matMul(b, b.input('x', [n, 3]), b.input('w', [3, width]));
    return blockRows(finishGraph(b, { product }), n, rowsPerSample);
  };
  expect(rowsFor(10_000, 300)).toBe(500);
  expect(rowsFor(512, 128)).toBe(512);
  expect(rowsFor(10_007, 300)).toBe(10_007);
  expect(rowsFor(32, 100_000)).toBe(32);
  for (const [n, each] of [
    [4096, 2],
    [6000, 3],
    [20_000, 5],
  ] as const) {
    const rows = rowsFor(n, 256, each);
    expect(n % rows).toBe(0);
    expect(rows % each).toBe(0);
    expect(rows * 256).toBeLessThanOrEqual(160_000);
  }
});
