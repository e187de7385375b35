/** The energy network against the same potential in float64, whose gradient is differenced in the true y. */
import { type DeviceBatch, type ModelContext, type Params, rootKey, type ScoreModel } from '@fokker/core';
import { plainDescent } from '@fokker/core/testing';
import { squaredNorm, sub } from '@fokker/ops';
import { initialState, openDevice } from '@fokker/runtime';
import { describe, expect, test } from 'vitest';
import { energy } from './index.js';

const options = { width: 6, depth: 2, timeFrequencies: 1, highestFrequency: 8, activation: 'tanh' };
const [n, d] = [5, 3];
const scatter = (count: number, phase: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + phase));
const y = scatter(n * d, 1);
const sizes = scatter(n * d, 2).map((x) => 1.5 + x);
const t = scatter(n, 3).map(Math.abs);
const gain = scatter(n, 4).map((x) => 1.5 + x);

const all = { rank: 3, basis: 'coordinates', coordinates: [0, 1, 2] } as const;
const some = { rank: 2, basis: 'coordinates', coordinates: [2, 0] } as const;
const plane = { rank: 2, basis: Float64Array.from([0.6, 0, 0.8, 0, 0, 1]) };
const contexts = { all, some, plane };
const contextOf = (range: ModelContext['range'] & object): ModelContext => ({
  dim: d,
  featureDim: 2,
  outputDim: range.rank,
  range,
});
const batchOf = (r: number): DeviceBatch => ({
  n,
  arrays: {
    y: { data: y.map((x, k) => x / sizes[k]!), shape: [d] },
    inverseScale: { data: sizes.map((size) => 1 / size), shape: [d] },
    features: { data: scatter(n * 2, 6), shape: [2] },
    t: { data: t, shape: [] },
    gain: { data: gain, shape: [] },
    target: { data: scatter(n * r, 5), shape: [r] },
  },
});

/** f of one row at the true y in float64. */
const potential = (p: Float64Array, { layout }: Params, row: number, at: readonly number[]): number => {
  const size = sizes.slice(row * d, row * d + d);
  let h = [...at.map((x, j) => x / size[j]!), t[row]!, Math.sin(t[row]!), Math.cos(t[row]!)];
  const product = (l: number): number[] => {
    const { shape, offset } = layout[l]!;
    return Array.from({ length: shape[1]! }, (_, j) =>
      h.reduce((sum, x, i) => sum + x * p[offset + i * shape[1]! + j]!, 0),
    );
  };
  for (const l of [0, 2]) h = product(l).map((x, j) => Math.tanh(x + p[layout[l + 1]!.offset + j]!));
  return (product(4)[0]! * gain[row]! * d) / size.reduce((sum, s) => sum + 1 / s, 0);
};
/** ∇f by central differences: right to about 1e-9. */
const slope = (p: Float64Array, params: Params, row: number): number[] => {
  const at = [...y.slice(row * d, row * d + d)];
  return at.map((_, j) => {
    const f = (shift: number) => potential(p, params, row, at.with(j, at[j]! + shift));
    return (f(1e-4) - f(-1e-4)) / 2e-4;
  });
};
const restrict = (name: keyof typeof contexts, v: readonly number[]): number[] => {
  if (name === 'all') return [...v];
  if (name === 'some') return [v[2]!, v[0]!];
  return [0, 1].map((k) => v.reduce((sum, x, j) => sum + x * plane.basis[2 * j + k]!, 0));
};

const scattered = (model: ScoreModel): Params => {
  const { layout, data } = model.init(rootKey(1));
  return { layout, data: Float32Array.from(scatter(data.length, 0), (x) => 0.7 * x) };
};
describe.each(Object.keys(contexts) as (keyof typeof contexts)[])('energy, noise in %s', (name) => {
  const range = contexts[name];
  const model = energy.create(energy.options.parse(options), contextOf(range));
  const params = scattered(model);
  const exact = Float64Array.from(params.data);
  const batch = batchOf(range.rank);

  test('the score is the gradient in the true y', async () => {
    const device = await openDevice('cpu');
    const out = new Float64Array(n * range.rank);
    await (await device.forward(model.apply, params)).run(batch, out);
    for (let i = 0; i < n; i++) {
      restrict(name, slope(exact, params, i)).forEach((value, k) => {
        expect(out[i * range.rank + k]).toBeCloseTo(value, 5);
      });
    }
    device.dispose();
  });

  test('parameter gradients of a denoising loss', async () => {
    const device = await openDevice('cpu');
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
    const loss = (p: Float64Array): number => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        restrict(name, slope(p, params, i)).forEach((value, k) => {
          sum += (value - batch.arrays.target!.data[i * range.rank + k]!) ** 2;
        });
      }
      return sum / n;
    };
    for (let k = 0; k < exact.length; k++) {
      const at = (shift: number): number => loss(exact.with(k, exact[k]! + shift));
      // differences of differences: 1e-9 over 1e-3, and float32 products of six layers
      const difference = (at(1e-3) - at(-1e-3)) / 2e-3;
      expect(Math.abs(gradient[k]! - difference)).toBeLessThan(2e-5 * Math.max(1, Math.abs(difference)));
    }
    device.dispose();
  });
});

describe('energy', () => {
  test('has no last bias', () => {
    const { layout } = energy.create(energy.options.parse(options), contextOf(all)).init(rootKey(0));
    expect(layout.map(({ name }) => name)).toEqual([
      ...['hidden1/weight', 'hidden1/bias', 'hidden2/weight', 'hidden2/bias', 'output/weight'],
    ]);
  });

  test('refuses activations with a kink', () => {
    expect(energy.options.safeParse({ activation: 'relu' }).success).toBe(false);
  });

  test('refuses a part of the coordinates without knowing which', () => {
    const unknown = { dim: 2, featureDim: 0, outputDim: 1 };
    expect(() => energy.create(energy.options.parse({}), unknown)).toThrow(
      expect.objectContaining({ code: 'E_CONTRACT' }),
    );
  });
});
