/**
 * What the runtime is timed on: networks, losses and batches, the same in every peer (`peers/`).
 *
 *     mlp-128      [y, t] 3 – 128 × 3 – 2, silu, batch 512          dsm      ½‖s − v‖²
 *     mlp-300      y 2 – 300 × 2 – 2, tanh, batch 10 000            lcss     s·v + ½‖s‖²
 *     energy-300   y 2 – 300 × 2 – 1, tanh, batch 10 000, s = ∇f    ssm      v·∇(s·v) + ½‖s‖²
 *     unet-16      images 16 × 16, 16 and 32 channels, batch 32     fd-ssm   v·(s(y + εv) − s(y − εv))/2ε + ½‖s‖²,  ε = 0.1
 *
 * each with Adam. Sampling is in `runtime-sampling.ts`.
 */
import {
  type DeviceBatch,
  fillNormal,
  fillUniform,
  type OptimiserSpec,
  type Params,
  rootKey,
  type TensorMap,
  type TrainingStep,
} from '@fokker/core';
import { unet } from '@fokker/models';
import {
  add,
  concat,
  dot,
  gradient,
  matMul,
  mul,
  reshape,
  silu,
  squaredNorm,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tanh,
} from '@fokker/ops';

export interface Network {
  readonly batch: number;
  readonly dim: number;
  readonly params: Params;
  /** y [n, d], t [n], gain [n] → s [n, d]. */
  score(params: TensorMap, inputs: TensorMap): Tensor2D;
}

const key = rootKey(1);

const perceptronParams = (sizes: readonly number[]): Params => {
  let length = 0;
  const layout = sizes.slice(1).flatMap((to, l) => {
    const from = sizes[l]!;
    const arrays = [
      { name: `w${l}`, shape: [from, to], offset: length },
      { name: `b${l}`, shape: [to], offset: length + from * to },
    ];
    length += (from + 1) * to;
    return arrays;
  });
  const data = new Float32Array(length);
  for (const { shape, offset } of layout.filter(({ name }) => name.startsWith('w'))) {
    const [from, to] = shape as [number, number];
    const draws = new Float64Array(from * to);
    fillNormal(key.at('weights', offset), 0, from, to, draws);
    data.set(
      draws.map((x) => x / Math.sqrt(from)),
      offset,
    );
  }
  return { layout, data };
};

const perceptron =
  (depth: number, activate: (x: Tensor) => Tensor) =>
  (params: TensorMap, x: Tensor): Tensor2D => {
    let h = x;
    for (let l = 0; l < depth; l++) h = activate(add(matMul(h, params[`w${l}`]!), params[`b${l}`]!));
    return add(matMul(h, params[`w${depth}`]!), params[`b${depth}`]!);
  };
const small = perceptron(3, silu);
const wide = perceptron(2, tanh);
const energy = (params: TensorMap, y: Tensor): Tensor1D => {
  const h = tanh(add(matMul(tanh(add(matMul(y, params.w0!), params.b0!)), params.w1!), params.b1!));
  return reshape(matMul(h, params.w2!), [y.shape[0]!]);
};

const energyParams = (): Params => {
  const { layout, data } = perceptronParams([2, 300, 300, 1]);
  return { layout: layout.slice(0, -1), data: data.slice(0, -1) };
};
const convolutional = unet.create(unet.options.parse({ size: 16, channels: 16 }), {
  dim: 256,
  featureDim: 0,
  outputDim: 256,
});

export const networks: Readonly<Record<string, Network>> = {
  'mlp-128': {
    batch: 512,
    dim: 2,
    params: perceptronParams([3, 128, 128, 128, 2]),
    score: (params, { y, t }) => small(params, concat([y!, reshape(t!, [t!.size, 1])], 1)),
  },
  'mlp-300': {
    batch: 10_000,
    dim: 2,
    params: perceptronParams([2, 300, 300, 2]),
    score: (params, { y }) => wide(params, y!),
  },
  'energy-300': {
    batch: 10_000,
    dim: 2,
    params: energyParams(),
    score: (params, { y }) => gradient<Tensor, Tensor1D>((x) => energy(params, x))(y!) as Tensor2D,
  },
  'unet-16': {
    batch: 32,
    dim: 256,
    params: convolutional.init(key),
    score: (params, inputs) => convolutional.apply(params, inputs),
  },
};

type Loss = (score: (y: Tensor) => Tensor2D, y: Tensor, v: Tensor) => Tensor1D;
const step = 0.1;
export const losses: Readonly<Record<string, Loss>> = {
  dsm: (score, y, v) => mul(0.5, squaredNorm(sub(score(y), v))),
  lcss: (score, y, v) => {
    const s = score(y);
    return add(dot(s, v), mul(0.5, squaredNorm(s)));
  },
  ssm: (score, y, v) => add(dot(gradient<Tensor, Tensor>(score)(y, v), v), mul(0.5, squaredNorm(score(y)))),
  'fd-ssm': (score, y, v) => {
    const change = sub(score(add(y, mul(step, v))), score(sub(y, mul(step, v))));
    return add(mul(1 / (2 * step), dot(change, v)), mul(0.5, squaredNorm(score(y))));
  },
};

const adam: OptimiserSpec = {
  id: 'adam',
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  momentum: 0,
  clip: Number.POSITIVE_INFINITY,
  warmup: 0,
  decay: 'none',
  floor: 1,
  steps: 1_000_000,
  ema: 0.999,
};

export const trainingStep = ({ params, score }: Network, loss: Loss): TrainingStep => ({
  layout: params.layout,
  loss: (tensors, inputs) => loss((y) => score(tensors, { ...inputs, y }), inputs.y!, inputs.v!),
  optimiser: adam,
});

/** Rows of y and v normal, t uniform, gain 1. */
export const batchOf = ({ dim }: Network, n: number): DeviceBatch => {
  const y = new Float64Array(n * dim);
  const v = new Float64Array(n * dim);
  const t = new Float64Array(n);
  fillNormal(key.at('y'), 0, n, dim, y);
  fillNormal(key.at('v'), 0, n, dim, v);
  fillUniform(key.at('t'), 0, n, 1, t);
  return {
    n,
    arrays: {
      y: { data: y, shape: [dim] },
      v: { data: v, shape: [dim] },
      t: { data: t, shape: [] },
      gain: { data: new Float64Array(n).fill(1), shape: [] },
    },
  };
};
