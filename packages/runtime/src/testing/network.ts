/**
 * For the device suite: a network of one hidden layer in operators and, independently, in float64, so that its gradient can be differenced without round-off.
 *
 *     f(y) = tanh(y W₁ + b₁) W₂ + b₂,   ℓ = ½ (f(y) − target)²
 */
import type { DeviceBatch, OptimiserSpec, Params, TensorMap, Tensors, TrainingStep } from '@fokker/core';
import { add, matMul, mul, squaredNorm, sub, type Tensor2D, tanh } from '@fokker/ops';

export const inputs = 2;
export const hidden = 5;

export const layout = [
  { name: 'w1', shape: [inputs, hidden], offset: 0 },
  { name: 'b1', shape: [hidden], offset: inputs * hidden },
  { name: 'w2', shape: [hidden, 1], offset: (inputs + 1) * hidden },
  { name: 'b2', shape: [1], offset: (inputs + 2) * hidden },
] as const;
export const size = (inputs + 2) * hidden + 1;

/** Scattered numbers in (−1, 1), the same every time. */
export const scatter = (count: number, phase: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + phase));

export const params = (): Params => ({ layout, data: Float32Array.from(scatter(size, 0.3)) });

export const batchOf = (n: number, phase = 0): DeviceBatch => ({
  n,
  arrays: {
    y: { data: Float64Array.from(scatter(n * inputs, 1 + phase)), shape: [inputs] },
    target: { data: Float64Array.from(scatter(n, 2 + phase)), shape: [1] },
  },
});

export const apply = (p: TensorMap, { y }: Tensors): Tensor2D =>
  add(matMul(tanh(add(matMul(y!, p.w1!), p.b1!)), p.w2!), p.b2!);

export const stepWith = (optimiser: OptimiserSpec): TrainingStep => ({
  layout,
  loss: (p, batch) => mul(0.5, squaredNorm(sub(apply(p, batch), batch.target!))),
  optimiser,
});

/** f(y) of one row in float64. */
export const output = (p: ArrayLike<number>, y: ArrayLike<number>, row: number): number => {
  let value = p[size - 1]!;
  for (let j = 0; j < hidden; j++) {
    let x = p[inputs * hidden + j]!;
    for (let i = 0; i < inputs; i++) x += y[row * inputs + i]! * p[i * hidden + j]!;
    value += Math.tanh(x) * p[(inputs + 1) * hidden + j]!;
  }
  return value;
};

/** The mean loss in float64. */
export const meanLoss = (p: ArrayLike<number>, { n, arrays }: DeviceBatch): number => {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += 0.5 * (output(p, arrays.y!.data, i) - arrays.target!.data[i]!) ** 2;
  return sum / n;
};

/** ∂ mean loss / ∂ p_k by central differences in float64: right to about 1e-9. */
export const differences = (p: ArrayLike<number>, batch: DeviceBatch): number[] =>
  Array.from({ length: size }, (_, k) => {
    const at = (shift: number): number => {
      const moved = Float64Array.from(p);
      moved[k] = moved[k]! + shift;
      return meanLoss(moved, batch);
    };
    return (at(1e-5) - at(-1e-5)) / 2e-5;
  });
