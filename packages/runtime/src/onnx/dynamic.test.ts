/** Networks at a free number of rows, derivatives included, against the eager kernels. */
import type { DeviceBatch, Params, TensorMap, Tensors } from '@fokker/core';
import {
  add,
  broadcastTo,
  concat,
  gradient,
  matMul,
  mean,
  mul,
  ones,
  reshape,
  slice,
  square,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
  tanh,
  transpose,
} from '@fokker/ops';
import { describe, expect, test } from 'vitest';
import { openDevice } from '../devices.js';
import { apply, batchOf, params } from '../testing/network.js';

type Apply = (p: TensorMap, inputs: Tensors) => Tensor2D;

const energy: Apply = (p, { y }) =>
  gradient((x: Tensor2D) => reshape<Tensor1D>(matMul(tanh(add(matMul(x, p.w1!), p.b1!)), p.w2!), [x.shape[0]]))(
    y as Tensor2D,
  );

const cases: Readonly<Record<string, Apply>> = {
  perceptron: apply,
  'a gradient inside': energy,
  'rows counted in a reshape': (p, { y }) => {
    const n = y!.shape[0]!;
    return reshape(tanh(reshape(add(matMul(y!, p.w1!), p.b1!), [n * 5])), [n, 5]);
  },
  'a row spread over all': (p, { y }) =>
    add(broadcastTo(reshape(p.b1!, [1, 5]), [y!.shape[0]!, 5]), slice(y!, [0, 0], [y!.shape[0]!, 1])),
  'rows of ones': (p, { y }) => concat([ones([y!.shape[0]!, 1]), matMul(y!, p.w1!)], 1),
};

const runOn = async (id: string, f: Apply, given: Params, batch: DeviceBatch, width: number): Promise<Float64Array> => {
  const device = await openDevice(id);
  const forward = await device.forward(f, given);
  const out = new Float64Array(batch.n * width);
  await forward.run(batch, out);
  device.dispose();
  return out;
};

describe('forward functions at any number of rows', () => {
  test.each(Object.entries(cases))('%s', async (_, f) => {
    const width = f === apply ? 1 : f === energy ? 2 : f === cases['rows of ones'] ? 6 : 5;
    for (const n of [1, 3, 7, 64]) {
      const [compiled, eager] = [
        await runOn('onnx', f, params(), batchOf(n), width),
        await runOn('cpu', f, params(), batchOf(n), width),
      ];
      compiled.forEach((value, i) => {
        // a few float32 operations on numbers of order one
        expect(Math.abs(value - eager[i]!)).toBeLessThan(2e-6);
      });
    }
  });

  test('one compiled function takes every number of rows, beyond a block too', async () => {
    const device = await openDevice('onnx');
    const forward = await device.forward(energy, params());
    const whole = new Float64Array(2 * 5000);
    await forward.run(batchOf(5000), whole);
    const { y } = batchOf(5000).arrays;
    for (const [first, n] of [
      [0, 1],
      [2047, 3],
      [4999, 1],
    ] as const) {
      const part = new Float64Array(2 * n);
      await forward.run({ n, arrays: { y: { data: y!.data.slice(2 * first, 2 * (first + n)), shape: [2] } } }, part);
      part.forEach((value, i) => {
        // another shape may take another kernel: float32 round-off
        expect(value).toBeCloseTo(whole[2 * first + i]!, 6);
      });
    }
    device.dispose();
  });

  test.each<[string, Apply]>([
    ['a mean over the rows', (_, { y }) => sub(y!, mean(square(y!)))],
    ['a sum over the rows', (_, { y }) => mul(y!, sum(y!, 0))],
    ['a factor that counts the rows', (_, { y }) => mul(y!, 1 / y!.shape[0]!)],
    ['rows crossed with rows', (_, { y }) => matMul(matMul(y!, transpose(y!)), y!)],
  ])('%s is refused', async (_, f) => {
    const device = await openDevice('onnx');
    const forward = await device.forward(f, params());
    await expect(forward.run(batchOf(4), new Float64Array(8))).rejects.toMatchObject({
      code: 'E_SHAPE',
      message: expect.stringContaining('the number of rows'),
    });
    device.dispose();
  });
});
