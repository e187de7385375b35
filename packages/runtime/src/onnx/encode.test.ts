/** Files that ONNX Runtime itself reads. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { encodeModel, type OnnxGraph } from './encode.js';

const affine: OnnxGraph = {
  name: 'affine',
  inputs: [
    { name: 'x', dtype: 'float32', shape: ['n', 2] },
    { name: 'flag', dtype: 'bool', shape: [] },
    { name: 'k', dtype: 'int32', shape: [1] },
  ],
  outputs: [
    { name: 'y', dtype: 'float32', shape: ['n', 2] },
    { name: 'rows', dtype: 'int64', shape: [2] },
  ],
  initialisers: [
    { name: 'w', dtype: 'float32', shape: [2, 2], elements: Float32Array.of(9, 1, 2, 3, 4).subarray(1) },
    { name: 'none', dtype: 'float32', shape: [], elements: Float32Array.of(0) },
  ],
  nodes: [
    { op: 'Gemm', inputs: ['x', 'w'], outputs: ['h'], attributes: { alpha: { float: -0.5 }, transB: { int: 1 } } },
    { op: 'Transpose', inputs: ['h'], outputs: ['turned'], attributes: { perm: { ints: [1, 0] } } },
    { op: 'Transpose', inputs: ['turned'], outputs: ['back'], attributes: { perm: { ints: [1, 0] } } },
    { op: 'Where', inputs: ['flag', 'back', 'none'], outputs: ['chosen'], attributes: {} },
    { op: 'Cast', inputs: ['k'], outputs: ['factor'], attributes: { to: { int: 1 } } },
    { op: 'Mul', inputs: ['chosen', 'factor'], outputs: ['y'], attributes: {} },
    { op: 'Shape', inputs: ['x'], outputs: ['rows'], attributes: {} },
  ],
};

describe('models', () => {
  test('every type of attribute, tensor and dimension is read back', async () => {
    const session = await InferenceSession.create(encodeModel(affine, { author: 'Åsa', empty: '' }));
    const { y, rows } = await session.run({
      x: new Tensor('float32', Float32Array.of(1, 1, 2, -1, 0, 4), [3, 2]),
      flag: new Tensor('bool', Uint8Array.of(1), []),
      k: new Tensor('int32', Int32Array.of(-3), [1]),
    });
    expect([...(y!.data as Float32Array)]).toEqual([4.5, 10.5, 0, 3, 12, 24]);
    expect([...(rows!.data as BigInt64Array)]).toEqual([3n, 2n]);
    await session.release();
  });

  test('lengths of one, two and three bytes', async () => {
    for (const length of [1, 200, 20_000]) {
      const elements = Float32Array.from({ length }, (_, i) => i);
      const model = encodeModel({
        name: 'constant',
        inputs: [],
        outputs: [{ name: 'y', dtype: 'float32', shape: [length] }],
        initialisers: [{ name: 'c', dtype: 'float32', shape: [length], elements }],
        nodes: [{ op: 'Neg', inputs: ['c'], outputs: ['y'], attributes: {} }],
      });
      const session = await InferenceSession.create(model);
      const { y } = await session.run({});
      expect((y!.data as Float32Array).at(-1)).toBe(-(length - 1) || -0);
      await session.release();
    }
  });
});
