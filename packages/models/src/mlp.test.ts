/** The perceptron against the same network in float64, on every device that always runs. */
import { type DeviceBatch, type Params, rootKey, type ScoreModel, sizeOf } from '@fokker/core';
import { plainDescent } from '@fokker/core/testing';
import { squaredNorm, sub } from '@fokker/ops';
import { initialState, openDevice } from '@fokker/runtime';
import { describe, expect, test } from 'vitest';
import plugin, { energy, mlp, unet } from './index.js';

const context = { dim: 2, featureDim: 3, outputDim: 2 };
const small = { width: 6, depth: 2, timeFrequencies: 2, highestFrequency: 8 };

const scatter = (count: number, phase: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + phase));

const n = 9;
const batch: DeviceBatch = {
  n,
  arrays: {
    y: { data: scatter(n * 2, 1), shape: [2] },
    features: { data: scatter(n * 3, 2), shape: [3] },
    t: { data: scatter(n, 3).map(Math.abs), shape: [] },
    gain: { data: scatter(n, 4).map((x) => 1.5 + x), shape: [] },
    target: { data: scatter(n * 2, 5), shape: [2] },
  },
};

const references: Record<string, (x: number) => number> = {
  silu: (x) => x / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  softplus: (x) => Math.log1p(Math.exp(x)),
};

/** The network of the docstring, row by row in float64. */
const reference = (p: Float64Array, { layout }: Params, activation: string, row: number): number[] => {
  const array = (name: string) => batch.arrays[name]!;
  const [y, features] = [array('y').data, array('features').data];
  const t = array('t').data[row]!;
  const phases = [t, 8 * t];
  let h = [
    ...y.slice(2 * row, 2 * row + 2),
    ...features.slice(3 * row, 3 * row + 3),
    t,
    ...phases.map(Math.sin),
    ...phases.map(Math.cos),
  ];
  for (let l = 0; l < layout.length; l += 2) {
    const [fanIn, fanOut] = layout[l]!.shape as [number, number];
    const next = Array.from({ length: fanOut }, (_, j) => {
      let x = p[layout[l + 1]!.offset + j]!;
      for (let i = 0; i < fanIn; i++) x += h[i]! * p[layout[l]!.offset + i * fanOut + j]!;
      return x;
    });
    h = l + 2 < layout.length ? next.map(references[activation]!) : next;
  }
  return h.map((value) => array('gain').data[row]! * value);
};

const meanLoss = (p: Float64Array, params: Params, activation: string): number => {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    reference(p, params, activation, i).forEach((value, j) => {
      sum += (value - batch.arrays.target!.data[2 * i + j]!) ** 2;
    });
  }
  return sum / n;
};

/** The model with every parameter away from zero. */
const scattered = (model: ScoreModel): Params => {
  const { layout, data } = model.init(rootKey(1));
  return { layout, data: Float32Array.from(scatter(data.length, 0), (x) => 0.7 * x) };
};

describe.each(['cpu', 'wasm'])('mlp on %s', (id) => {
  test.each(Object.keys(references))('values and parameter gradients with %s', async (activation) => {
    const device = await openDevice(id);
    const model = mlp.create(mlp.options.parse({ ...small, activation }), context);
    const params = scattered(model);
    const exact = Float64Array.from(params.data);

    const out = new Float64Array(n * 2);
    await (await device.forward(model.apply, params)).run(batch, out);
    for (let i = 0; i < n; i++) {
      reference(exact, params, activation, i).forEach((value, j) => {
        expect(out[2 * i + j]).toBeCloseTo(value, 5);
      });
    }

    const program = await device.compile(
      {
        layout: params.layout,
        loss: (p, inputs) => squaredNorm(sub(model.apply(p, inputs), inputs.target!)),
        optimiser: plainDescent,
      },
      initialState(params, plainDescent),
    );
    await program.run([batch]);
    const gradient = (await program.state()).slots.velocity!;
    for (let k = 0; k < exact.length; k++) {
      const at = (shift: number): number =>
        meanLoss(
          exact.map((p, i) => (i === k ? p + shift : p)),
          params,
          activation,
        );
      // differences are right to 1e-8 here; float32 products of three layers to about 2⁻²⁰
      const difference = (at(1e-5) - at(-1e-5)) / 2e-5;
      expect(Math.abs(gradient[k]! - difference)).toBeLessThan(1e-5 * Math.max(1, Math.abs(difference)));
    }
    device.dispose();
  });

  test('without features, and zero before training', async () => {
    const device = await openDevice(id);
    const model = mlp.create(mlp.options.parse(small), { dim: 2, featureDim: 0, outputDim: 1 });
    const out = new Float64Array(n).fill(7);
    const { features: _, ...arrays } = batch.arrays;
    await (await device.forward(model.apply, model.init(rootKey(1)))).run({ n, arrays }, out);
    expect([...out].every((value) => value === 0)).toBe(true);
    device.dispose();
  });
});

describe('mlp', () => {
  const create = (options: object = {}) => mlp.create(mlp.options.parse(options), context);

  test('the plugin carries every network', () => {
    expect(plugin.parts.model).toEqual([mlp, energy, unet]);
  });

  test('the defaults are those of the acceptance runs', () => {
    expect(mlp.options.parse({})).toMatchObject({ width: 128, depth: 3, activation: 'silu' });
  });

  test.each([
    [{ activation: 'bump' }],
    [{ activation: 'constructor' }],
    [{ width: 0 }],
    [{ depth: 1.5 }],
    [{ timeFrequencies: -1 }],
    [{ highestFrequency: Number.NaN }],
    [{ widht: 64 }],
  ])('refuses %j at parse time', (options) => {
    expect(mlp.options.safeParse(options).success).toBe(false);
  });

  test('is as smooth as its activation', () => {
    const smoothness = ['tanh', 'elu', 'relu'].map((activation) => mlp.smoothness(mlp.options.parse({ activation })));
    expect(smoothness).toEqual([Number.POSITIVE_INFINITY, 1, 0]);
  });

  test('the layout tiles the flat vector', () => {
    const { layout, data } = create().init(rootKey(0));
    let end = 0;
    for (const { offset, shape } of layout) {
      expect(offset).toBe(end);
      end += sizeOf(shape);
    }
    expect(end).toBe(data.length);
    expect(layout.map(({ shape }) => shape)).toEqual([
      [2 + 3 + 17, 128],
      [128],
      [128, 128],
      [128],
      [128, 128],
      [128],
      [128, 2],
      [2],
    ]);
  });

  test('initial parameters depend on the key alone', () => {
    expect(create().init(rootKey(3))).toEqual(create().init(rootKey(3)));
    expect(create().init(rootKey(3)).data).not.toEqual(create().init(rootKey(4)).data);
  });

  test('initial weights have the stated variances, biases and the last layer are zero', () => {
    const { layout, data } = create().init(rootKey(5));
    const variance = layout.map(({ offset, shape }) => {
      const size = sizeOf(shape);
      return data.subarray(offset, offset + size).reduce((sum, w) => sum + w * w, 0) / size;
    });
    // relative standard error √(2/size): 2.7 % of 2816 weights, 1.1 % of 16384; four of them
    expect(Math.abs(variance[0]! * 22 - 1)).toBeLessThan(0.11);
    expect(Math.abs(variance[2]! * 64 - 1)).toBeLessThan(0.045);
    expect(Math.abs(variance[4]! * 64 - 1)).toBeLessThan(0.045);
    expect([1, 3, 5, 6, 7].map((l) => variance[l])).toEqual([0, 0, 0, 0, 0]);
  });
});
