/**
 * Trained networks as score fields on devices, features and scales included: directional derivatives and potentials against differences of the score.
 *
 * A fourth-order difference with step h = 2⁻⁵ of a float32 score of order one: rounding 1.5 · 6e-8 / h = 3e-6, and truncation, which falls as h⁴ and is 8e-4 of the
 * largest derivative at h = 2⁻⁴, hence 5e-5 here. 2e-4 holds both.
 */
import {
  type Batch,
  fillNormal,
  type NetworkScales,
  networkField,
  type Params,
  pointwiseSde,
  rootKey,
  type ScoreField,
  type ScoreModel,
  zeros,
} from '@fokker/core';
import { networkPrograms, openDevice } from '@fokker/runtime';
import { describe, expect, test } from 'vitest';
import { energy, mlp } from './index.js';

/** dx = (v − x³) dt + ½ dW₁, dv = −v dt + dW₂: features, and noise on both. */
const sde = pointwiseSde({
  id: 'cubic',
  dim: 2,
  horizon: 2,
  parameters: {},
  create: () => ({
    noise: [0.5, 1],
    drift(y, _t, dy) {
      dy[0] = y[1]! - y[0]! ** 3;
      dy[1] = -y[1]!;
    },
    jacobian(y, _t, J) {
      J.set([-3 * y[0]! ** 2, 1, 0, -1]);
    },
  }),
}).create({});
const scales = (features?: readonly number[]): NetworkScales => ({
  t: [0, 1, 2],
  noise: [0.8, 1, 1.2],
  state: [
    [1, 0.9],
    [1.5, 1],
    [1.6, 1.1],
  ],
  ...(features && { features }),
});
const context = { dim: 2, outputDim: 2, featureDim: 0 };
const models: Readonly<Record<string, { model: ScoreModel; scales: NetworkScales }>> = {
  mlp: {
    model: mlp.create(mlp.options.parse({ width: 8, timeFrequencies: 1 }), { ...context, featureDim: 2 }),
    scales: scales([2, 1]),
  },
  energy: { model: energy.create(energy.options.parse({ width: 8, timeFrequencies: 1 }), context), scales: scales() },
};
const params = (model: ScoreModel): Params => {
  const { layout, data } = model.init(rootKey(1));
  return { layout, data: data.map((x, i) => x + 0.3 * Math.sin(12.9898 * (i + 1))) };
};

const n = 5;
const drawn = (name: string): Batch => {
  const out = zeros(n, 2);
  fillNormal(rootKey(4).at(name), 0, n, 2, out.data);
  return out;
};
const y = drawn('y');
const t = Float64Array.of(0.1, 0.5, 1, 1.5, 2);
const h = 2 ** -5;
const stencil = [
  [1, 8],
  [-1, -8],
  [2, -1],
  [-2, 1],
] as const;
const moved = (w: Batch, step: number): Batch => ({ ...y, data: y.data.map((x, k) => x + step * w.data[k]!) });
/** d/dh of what `read` gives at y + h w, [n]. */
const slopeAlong = async (w: Batch, read: (at: Batch) => Promise<Float64Array>): Promise<Float64Array> => {
  const slope = new Float64Array(n);
  for (const [offset, weight] of stencil) {
    const values = await read(moved(w, offset * h));
    for (let i = 0; i < n; i++) slope[i]! += (weight * values[i]!) / (12 * h);
  }
  return slope;
};
const scoreAlong =
  (field: ScoreField, w: Batch) =>
  async (at: Batch): Promise<Float64Array> => {
    const score = zeros(n, 2);
    await field.evaluate(at, t, { score });
    return Float64Array.from(
      { length: n },
      (_, i) => score.data[2 * i]! * w.data[2 * i]! + score.data[2 * i + 1]! * w.data[2 * i + 1]!,
    );
  };
const largest = (values: Float64Array): number => values.reduce((size, x) => Math.max(size, Math.abs(x)), 0);
const expectNear = (value: Float64Array, reference: Float64Array): void => {
  const error = largest(value.map((x, i) => x - reference[i]!));
  expect(error / largest(reference)).toBeLessThan(2e-4);
};

describe.each(['onnx', 'cpu'])('on %s', (id) => {
  describe.each(Object.keys(models))('the field of the network %s', (name) => {
    const { model, scales: sizes } = models[name]!;
    const open = async () => {
      const device = await openDevice(id);
      const programs = networkPrograms(device, model, params(model));
      const close = (): void => {
        programs.dispose();
        device.dispose();
      };
      return { field: networkField(sde, sizes, programs), close };
    };

    test('has directional derivatives, one direction or several', async () => {
      const { field, close } = await open();
      const [v, w] = [drawn('v'), drawn('w')];
      const [alone, both] = [new Float64Array(n), new Float64Array(n)];
      await field.evaluate(y, t, { directional: { along: [v], out: alone } });
      await field.evaluate(y, t, { directional: { along: [v, w], out: both } });
      const [first, second] = [await slopeAlong(v, scoreAlong(field, v)), await slopeAlong(w, scoreAlong(field, w))];
      expectNear(alone, first);
      expectNear(
        both,
        first.map((x, i) => x + second[i]!),
      );
      close();
    });

    test('has a potential, whose slope is the score, exactly where it is one', async () => {
      const { field, close } = await open();
      expect(field.provides.has('potential')).toBe(model.kind === 'potential');
      if (model.kind === 'potential') {
        const w = drawn('w');
        const slope = await slopeAlong(w, async (at) => {
          const potential = new Float64Array(n);
          await field.evaluate(at, t, { potential });
          return potential;
        });
        expectNear(await scoreAlong(field, w)(y), slope);
      }
      close();
    });
  });
});
