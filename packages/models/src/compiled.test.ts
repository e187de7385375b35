/**
 * Every network under every shape of loss: losses and all parameter gradients of the compiled step against the eager one.
 *
 * The two add the same float32 numbers in other orders: errors are compared with the largest element, where second and third derivatives of small networks keep 5e-5.
 */
import {
  type DeviceBatch,
  type OptimiserSpec,
  type Params,
  rootKey,
  type ScoreModel,
  type TensorMap,
} from '@fokker/core';
import { plainDescent } from '@fokker/core/testing';
import { add, dot, gradient, mul, squaredNorm, sub, type Tensor, type Tensor1D, type Tensor2D } from '@fokker/ops';
import { initialState, openDevice } from '@fokker/runtime';
import { describe, expect, test } from 'vitest';
import { energy, mlp, unet } from './index.js';

const scatter = (count: number, phase: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + phase));

const image = { dim: 16, featureDim: 0, outputDim: 16 };
const plane = { dim: 2, featureDim: 0, outputDim: 2 };
const models: Readonly<Record<string, { readonly model: ScoreModel; readonly d: number }>> = {
  'mlp, silu': { model: mlp.create(mlp.options.parse({ width: 12 }), plane), d: 2 },
  'mlp, tanh': { model: mlp.create(mlp.options.parse({ width: 12, activation: 'tanh' }), plane), d: 2 },
  'energy, silu': { model: energy.create(energy.options.parse({ width: 12 }), plane), d: 2 },
  'energy, softplus': {
    model: energy.create(energy.options.parse({ width: 12, activation: 'softplus' }), plane),
    d: 2,
  },
  unet: { model: unet.create(unet.options.parse({ size: 4, channels: 4, timeFrequencies: 2 }), image), d: 16 },
};

type Loss = (score: (y: Tensor) => Tensor2D, y: Tensor, v: Tensor) => Tensor1D;
const losses: Readonly<Record<string, Loss>> = {
  denoising: (score, y, v) => mul(0.5, squaredNorm(sub(score(y), v))),
  'smoothed curvature': (score, y, v) => add(dot(score(y), v), mul(0.5, squaredNorm(score(y)))),
  sliced: (score, y, v) => add(dot(gradient<Tensor, Tensor>(score)(y, v), v), mul(0.5, squaredNorm(score(y)))),
  'sliced, by differences': (score, y, v) => {
    const change = sub(score(add(y, mul(0.25, v))), score(sub(y, mul(0.25, v))));
    return add(mul(2, dot(change, v)), mul(0.5, squaredNorm(score(y))));
  },
};

const n = 6;
const batchOf = (d: number): DeviceBatch => ({
  n,
  arrays: {
    y: { data: scatter(n * d, 1), shape: [d] },
    v: { data: scatter(n * d, 2), shape: [d] },
    t: { data: scatter(n, 3).map(Math.abs), shape: [] },
    gain: { data: scatter(n, 4).map((x) => 1.5 + x), shape: [] },
    inverseScale: { data: scatter(n * d, 5).map((x) => 1.5 + x), shape: [d] },
  },
});
const scattered = (model: ScoreModel): Params => {
  const { layout, data } = model.init(rootKey(1));
  return { layout, data: data.map((x, i) => x + 0.2 * Math.sin(12.9898 * (i + 1))) };
};
const gentle: OptimiserSpec = { ...plainDescent, learningRate: 1e-3 };

const stepOn = async (id: string, name: string, loss: Loss) => {
  const { model, d } = models[name]!;
  const params = scattered(model);
  const device = await openDevice(id);
  const rows = (tensors: TensorMap, inputs: TensorMap): Tensor1D =>
    loss((y) => model.apply(tensors, { ...inputs, y }), inputs.y!, inputs.v!);
  const step = { layout: params.layout, loss: rows, optimiser: gentle };
  const program = await device.compile(step, initialState(params, gentle));
  const [report] = await program.run([batchOf(d)]);
  const { slots } = await program.state();
  device.dispose();
  return { losses: report!.perSample, gradient: slots.velocity!, finite: report!.finite };
};

const expectClose = (actual: Float32Array, expected: Float32Array): void => {
  const largest = Math.max(...expected.map(Math.abs));
  expect(largest).toBeGreaterThan(0);
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!) / largest, `element ${i}`).toBeLessThan(5e-5);
  });
};

describe.each(Object.keys(models))('%s', (name) => {
  test.each(Object.keys(losses))('%s', async (loss) => {
    const compiled = await stepOn('onnx', name, losses[loss]!);
    const eager = await stepOn('cpu', name, losses[loss]!);
    expect(compiled.finite).toBe(true);
    expectClose(compiled.losses, eager.losses);
    expectClose(compiled.gradient, eager.gradient);
  });
});
