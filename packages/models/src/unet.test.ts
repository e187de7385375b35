/** The convolutional network: its parts are checked in ops; here that they are joined, trained and refused as stated. */
import { type DeviceBatch, type Params, rootKey, type ScoreModel } from '@fokker/core';
import {
  add,
  dot,
  gradient,
  mean,
  mul,
  type Scalar,
  squaredNorm,
  type Tensor,
  tensor,
  tidy,
  valueAndGradient,
} from '@fokker/ops';
import { openDevice } from '@fokker/runtime';
import { describe, expect, test } from 'vitest';
import { unet } from './index.js';

const options = { size: 4, channels: 4, levels: 2, groups: 2, timeFrequencies: 1 };
const context = { dim: 32, featureDim: 0, outputDim: 32 };
const create = (changed: object = {}): ScoreModel =>
  unet.create(unet.options.parse({ ...options, ...changed }), context);

const scatter = (count: number, phase: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + phase));
const n = 3;
const batch: DeviceBatch = {
  n,
  arrays: {
    y: { data: scatter(n * 32, 1), shape: [32] },
    t: { data: scatter(n, 3).map(Math.abs), shape: [] },
    gain: { data: scatter(n, 4).map((x) => 1.5 + x), shape: [] },
  },
};
const scattered = (model: ScoreModel): Params => {
  const { layout, data } = model.init(rootKey(1));
  return { layout, data: data.map((x, i) => x + 0.2 * Math.sin(12.9898 * (i + 1))) };
};

const run = async (model: ScoreModel, params: Params, { n: rows, arrays }: DeviceBatch): Promise<Float64Array> => {
  const device = await openDevice('cpu');
  const out = new Float64Array(rows * 32);
  await (await device.forward(model.apply, params)).run({ n: rows, arrays }, out);
  device.dispose();
  return out;
};

describe('unet', () => {
  test('zero before training', async () => {
    const model = create();
    expect((await run(model, model.init(rootKey(1)), batch)).every((value) => value === 0)).toBe(true);
  });

  test('a row depends on its own inputs alone', async () => {
    const model = create();
    const params = scattered(model);
    const together = await run(model, params, batch);
    const last = Object.fromEntries(
      Object.entries(batch.arrays).map(([name, { data, shape }]) => {
        const width = data.length / n;
        return [name, { data: data.slice(2 * width), shape }];
      }),
    );
    const alone = await run(model, params, { n: 1, arrays: last });
    expect(alone.some((value) => Math.abs(value) > 0.1)).toBe(true);
    alone.forEach((value, k) => {
      expect(Math.abs(together[64 + k]! - value)).toBeLessThan(1e-6); // the order of float32 sums
    });
  });

  const losses: Record<string, (score: (y: Tensor) => Tensor, y: Tensor) => Scalar> = {
    'first order': (score, y) => mean(squaredNorm(score(y))),
    'second order': (score, y) => {
      const v = tensor(Float32Array.from(scatter(n * 32, 7)), [n, 32]);
      const pulled = gradient<Tensor, Tensor>(score)(y, v);
      return mean(add(mul(0.5, squaredNorm(score(y))), dot(pulled, v)));
    },
  };
  test.each(Object.keys(losses))('parameter gradients along themselves, %s', async (name) => {
    const device = await openDevice('cpu');
    const model = create();
    const { layout, data } = scattered(model);
    tidy(() => {
      const arrays = layout.map(({ shape, offset }) => {
        const size = shape.reduce((a, b) => a * b, 1);
        return tensor(data.slice(offset, offset + size), [...shape]);
      });
      const input = (key: string): Tensor => {
        const { data: values, shape } = batch.arrays[key]!;
        return tensor(Float32Array.from(values), [n, ...shape]);
      };
      const loss = (...params: Tensor[]): Scalar => {
        const named = Object.fromEntries(layout.map(({ name: key }, i) => [key, params[i]!]));
        return losses[name]!((y) => model.apply(named, { y, t: input('t'), gain: input('gain') }), input('y'));
      };
      const { gradients } = valueAndGradient(loss)(...arrays);
      const length = Math.hypot(...gradients.flatMap((g) => [...g.dataSync()]));
      const at = (step: number): number =>
        loss(...arrays.map((p, i) => add(p, mul(step / length, gradients[i]!)))).dataSync()[0]!;
      const h = 2 ** -7;
      const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      // The loss carries 1e-7 of itself, divided by h and by a slope of its own order; h⁴ times its fifth derivative is below that from here on.
      expect(slope / length).toBeCloseTo(1, 3);
    });
    device.dispose();
  });

  test('initial parameters depend on the key alone, and tile the vector', () => {
    const { layout, data } = create().init(rootKey(3));
    expect(create().init(rootKey(3)).data).toEqual(data);
    expect(create().init(rootKey(4)).data).not.toEqual(data);
    const sizes = layout.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    layout.forEach(({ offset }, i) => {
      expect(offset).toBe(sizes.slice(0, i).reduce((a, b) => a + b, 0));
    });
    expect(data.length).toBe(sizes.reduce((a, b) => a + b, 0));
  });

  test.each([[{ size: 6, levels: 3 }], [{ channels: 6, groups: 4 }]])('refuses %j at parse time', (changed) => {
    expect(unet.options.safeParse({ ...options, ...changed }).success).toBe(false);
  });

  test('refuses a process that is not such images', () => {
    expect(() => create({ size: 8 })).toThrow(expect.objectContaining({ code: 'E_INCOMPATIBLE' }));
  });
});
