/**
 * Convolutions, tiles and gathers: compiled and run by ONNX Runtime against tfjs's kernels in plain JavaScript; values, gradients, gradients of gradients.
 */
import { gradient, groupNorm, mul, sum } from '@fokker/ops';
import {
  AvgPool,
  AvgPoolGrad,
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  type DataType,
  engine,
  env,
  GatherV2,
  type NamedAttrMap,
  ResizeNearestNeighbor,
  ResizeNearestNeighborGrad,
  setBackend,
  type Tensor,
  tensor,
  UnsortedSegmentSum,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { runGraph } from '../../testing/run-graph.js';
import { trace } from '../trace.js';

beforeAll(async () => {
  env().set('IS_TEST', true); // no banner
  await import('@tensorflow/tfjs-backend-cpu');
  await setBackend('cpu');
});

type Inputs = Readonly<Record<string, Tensor>>;
interface Given {
  readonly shape: readonly number[];
  readonly dtype?: 'float32' | 'int32';
  readonly numbers?: readonly number[];
}
type Function = (inputs: Inputs) => Tensor;

const run = (kernel: string, inputs: Inputs, attributes: NamedAttrMap): Tensor =>
  engine().runKernel<Tensor>(kernel, { ...inputs }, attributes);
const numbersOf = ({ shape, numbers }: Given, seed: number): readonly number[] =>
  numbers ??
  Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(12.9898 * (i + 1) + 4.1 * seed));
/** Σ x² less linear in x than x itself, so that second derivatives are not all zero. */
const weigh = (y: Tensor): Tensor => sum(mul(y, mul(y, y)));
/** ∂/∂x of a number that reads the gradient of f. */
const nested =
  (f: Function, name: string): Function =>
  (inputs) => {
    const slope = (x: Tensor) => gradient((u: Tensor) => weigh(f({ ...inputs, [name]: u })))(x);
    return gradient((x: Tensor) => weigh(slope(x)))(inputs[name]!);
  };

const expectEqual = async (f: Function, given: Readonly<Record<string, Given>>): Promise<void> => {
  const entries = Object.entries(given).map(([name, input], i) => [name, input, numbersOf(input, i)] as const);
  const specs = Object.fromEntries(entries.map(([name, { shape, dtype = 'float32' }]) => [name, { shape, dtype }]));
  const graph = await trace((inputs) => ({ y: f(inputs) }), specs);
  const compiled = await runGraph(graph, Object.fromEntries(entries.map(([name, , numbers]) => [name, numbers])));
  const tensors = entries.map(([name, { shape, dtype = 'float32' }, numbers]) => {
    return [name, tensor([...numbers], [...shape], dtype as DataType)] as const;
  });
  const expected = f(Object.fromEntries(tensors));
  expect(graph.outputs[0]!.value.shape).toEqual(expected.shape);
  const numbers = await expected.data();
  const scale = Math.max(...numbers.map(Math.abs));
  expect(scale).toBeGreaterThan(0);
  // Float32 sums of some fifty terms, in another order, of the largest element's size.
  compiled.y!.forEach((value, i) => {
    expect(Math.abs(value - numbers[i]!) / scale, `element ${i}`).toBeLessThan(5e-6);
  });
};

const image: Given = { shape: [2, 4, 6, 3] };
const windows: Readonly<Record<string, { readonly filter: Given; readonly attributes: NamedAttrMap }>> = {
  '3 × 3': { filter: { shape: [3, 3, 3, 2] }, attributes: { strides: [1, 1], pad: 'same' } },
  '3 × 3 inside': { filter: { shape: [3, 3, 3, 2] }, attributes: { strides: [1, 1], pad: 'valid' } },
  '2 × 3 at stride 2': { filter: { shape: [2, 3, 3, 2] }, attributes: { strides: [2, 2], pad: 'same' } },
  '3 × 2 inside at stride 2': { filter: { shape: [3, 2, 3, 2] }, attributes: { strides: [2, 2], pad: 'valid' } },
  '1 × 1': { filter: { shape: [1, 1, 3, 4] }, attributes: { strides: [1, 1], pad: 'same' } },
  '1 × 1 at stride 2': { filter: { shape: [1, 1, 3, 4] }, attributes: { strides: [2, 2], pad: 'same' } },
};

describe.each(Object.entries(windows))('a convolution %s', (_, { filter, attributes: window }) => {
  const attributes = { ...window, dataFormat: 'NHWC', dilations: [1, 1] };
  const convolve: Function = (inputs) => run(Conv2D, inputs, attributes);

  test('value', () => expectEqual(convolve, { x: image, filter }));
  test.each(['x', 'filter'])('gradient in %s', (name) => {
    const slope: Function = (inputs) =>
      gradient((u: Tensor) => weigh(convolve({ ...inputs, [name]: u })))(inputs[name]!);
    return expectEqual(slope, { x: image, filter });
  });
  test.each(['x', 'filter'])('second gradient in %s', (name) =>
    expectEqual(nested(convolve, name), { x: image, filter }),
  );
});

test.each([
  { strides: [1, 1], dilations: [2, 1] },
  { strides: [2, 3], dilations: [1, 1] },
])('a convolution with $strides, $dilations', (given) => {
  const attributes = { ...given, pad: 'same', dataFormat: 'NHWC' };
  return expectEqual((inputs) => run(Conv2D, inputs, attributes), { x: image, filter: { shape: [3, 2, 3, 2] } });
});

test('a 1 × 1 filter gathers nothing', async () => {
  const attributes = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] };
  const specs = { x: { shape: [2, 4, 4, 3] }, filter: { shape: [1, 1, 3, 2] } };
  const graph = await trace((inputs) => ({ y: run(Conv2D, inputs, attributes) }), specs);
  expect(graph.operations.map(({ op }) => op)).not.toContain('Gather');
});

test('forward and filter gradient share their patches', async () => {
  const attributes = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1], filterShape: [3, 3, 3, 2] };
  const specs = { x: { shape: [2, 4, 4, 3] }, filter: { shape: [3, 3, 3, 2] } };
  const graph = await trace(({ x, filter }) => {
    const y = run(Conv2D, { x, filter }, attributes);
    return { y, f: run(Conv2DBackpropFilter, { x, dy: y }, attributes) };
  }, specs);
  expect(graph.operations.filter(({ op }) => op === 'Gather')).toHaveLength(1);
});

const tiles: NamedAttrMap = { filterSize: [2, 3], strides: [2, 3], pad: 'valid' };
const size: NamedAttrMap = { size: [8, 18], alignCorners: false, halfPixelCenters: false };
const cases: Readonly<Record<string, readonly [Function, Readonly<Record<string, Given>>]>> = {
  AvgPool: [(inputs) => run(AvgPool, inputs, tiles), { x: image }],
  AvgPoolGrad: [(inputs) => run(AvgPoolGrad, inputs, tiles), { dy: { shape: [2, 2, 2, 3] }, input: image }],
  ResizeNearestNeighbor: [(inputs) => run(ResizeNearestNeighbor, inputs, size), { images: image }],
  // One image: beyond the first, tfjs's kernel in plain JavaScript reads the wrong rows.
  ResizeNearestNeighborGrad: [
    (inputs) => run(ResizeNearestNeighborGrad, inputs, { alignCorners: false }),
    { dy: { shape: [1, 8, 18, 3] }, images: { shape: [1, 4, 6, 3] } },
  ],
  groupNorm: [
    ({ x, scale, shift }) => groupNorm(x!, 2, scale!, shift!),
    { x: { shape: [2, 4, 4, 4] }, scale: { shape: [4] }, shift: { shape: [4] } },
  ],
  'gradient of groupNorm': [
    nested(({ x, scale, shift }) => groupNorm(x!, 2, scale!, shift!), 'x'),
    { x: { shape: [2, 2, 2, 4] }, scale: { shape: [4] }, shift: { shape: [4] } },
  ],
  'GatherV2 of rows': [
    (inputs) => run(GatherV2, inputs, { axis: 0, batchDims: 0 }),
    { x: { shape: [4, 3] }, indices: { shape: [5], dtype: 'int32', numbers: [3, 0, 0, 2, 1] } },
  ],
  'GatherV2 along the last axis': [
    (inputs) => run(GatherV2, inputs, { axis: 1, batchDims: 0 }),
    { x: { shape: [4, 3] }, indices: { shape: [2, 2], dtype: 'int32', numbers: [2, 0, 0, 1] } },
  ],
  UnsortedSegmentSum: [
    (inputs) => run(UnsortedSegmentSum, inputs, { numSegments: 4 }),
    { x: { shape: [5, 3] }, segmentIds: { shape: [5], dtype: 'int32', numbers: [3, 0, 0, 2, 3] } },
  ],
};
test.each(Object.entries(cases))('%s', (_, [f, given]) => expectEqual(f, given));

describe('refused', () => {
  const refused = (f: Function, given: Readonly<Record<string, Given>>) =>
    expect(trace((inputs) => ({ y: f(inputs) }), given)).rejects.toMatchObject({ code: 'E_TRACE_OPERATION' });
  const x: Given = { shape: [1, 4, 4, 2] };

  test('windows that overlap', () =>
    refused((inputs) => run(AvgPool, inputs, { filterSize: [3, 3], strides: [1, 1], pad: 'same' }), { x }));
  test('a size that is no multiple', () =>
    refused((inputs) => run(ResizeNearestNeighbor, inputs, { size: [6, 6], alignCorners: false }), { images: x }));
  test('padding by numbers', () =>
    refused((inputs) => run(Conv2DBackpropInput, inputs, { strides: [1, 1], pad: 1, inputShape: [1, 4, 4, 2] }), {
      dy: x,
      filter: { shape: [3, 3, 2, 2] },
    }));
  test('a gather for each row of the batch', () =>
    refused((inputs) => run(GatherV2, inputs, { axis: 1, batchDims: 1 }), {
      x: { shape: [2, 3] },
      indices: { shape: [2, 2], dtype: 'int32' },
    }));
});
