/** The optimisers against the same formulas in float64, and the schedules at their corners. */
import type { OptimiserSpec } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { emaDecay, gradientNorm, learningRate, slotNames, updateParameters } from './optimiser.js';

const adam: OptimiserSpec = {
  id: 'adam',
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  momentum: 0.9,
  clip: Number.POSITIVE_INFINITY,
  warmup: 0,
  decay: 'none',
  floor: 0,
  steps: 100,
  ema: 0.99,
};
const sgd: OptimiserSpec = { ...adam, id: 'sgd' };

const stateFor = (spec: OptimiserSpec, params: readonly number[]) => ({
  params: Float32Array.from(params),
  ema: Float32Array.from(params),
  slots: Object.fromEntries(slotNames(spec).map((name) => [name, new Float32Array(params.length)])),
});

/** Gradient of ½ Σ λ_i (p_i − c_i)², exact to a rounding. */
const curvature = [1, 3, 0.2, 10];
const centre = [0.5, -1, 2, 0];
const start = [1, 1, 1, 1];
const slope = (p: ArrayLike<number>): number[] => curvature.map((lambda, i) => lambda * (p[i]! - centre[i]!));

const train = (spec: OptimiserSpec, steps: number) => {
  const state = stateFor(spec, start);
  for (let k = 1; k <= steps; k++) {
    const gradient = Float32Array.from(slope(state.params));
    updateParameters(spec, k, gradient, gradientNorm(gradient), state);
  }
  return state;
};

/** Each step stores p once in float32: an error of 2⁻²⁴ max|p| a step, which this contracting problem does not amplify. */
const roundOff = (steps: number, scale: number): number => steps * 2 ** -24 * scale;

describe('optimisers', () => {
  test('adam follows its formula', () => {
    const steps = 60;
    const p = [...start];
    const m = [0, 0, 0, 0];
    const v = [0, 0, 0, 0];
    for (let k = 1; k <= steps; k++) {
      slope(p).forEach((g, i) => {
        m[i] = 0.9 * m[i]! + 0.1 * g;
        v[i] = 0.999 * v[i]! + 0.001 * g * g;
        p[i] = p[i]! - (0.01 * (m[i]! / (1 - 0.9 ** k))) / (Math.sqrt(v[i]! / (1 - 0.999 ** k)) + 1e-8);
      });
    }
    train(adam, steps).params.forEach((value, i) => {
      expect(Math.abs(value - p[i]!)).toBeLessThan(roundOff(steps, 4));
    });
  });

  test('the first step of adam is the learning rate along the sign of the gradient', () => {
    const { params } = train(adam, 1);
    slope(start).forEach((g, i) => {
      expect(params[i]! - start[i]!).toBeCloseTo(-0.01 * Math.sign(g), 6);
    });
  });

  test('sgd without momentum contracts geometrically: p_k − c = (1 − ηλ)^k (p_0 − c)', () => {
    const steps = 40;
    train({ ...sgd, momentum: 0 }, steps).params.forEach((value, i) => {
      const exact = centre[i]! + (1 - 0.01 * curvature[i]!) ** steps * (start[i]! - centre[i]!);
      expect(Math.abs(value - exact)).toBeLessThan(roundOff(steps, 2));
    });
  });

  test('sgd with momentum follows its formula', () => {
    const steps = 60;
    const p = [...start];
    const u = [0, 0, 0, 0];
    for (let k = 1; k <= steps; k++) {
      slope(p).forEach((g, i) => {
        u[i] = 0.9 * u[i]! + g;
        p[i] = p[i]! - 0.01 * u[i]!;
      });
    }
    train(sgd, steps).params.forEach((value, i) => {
      // momentum carries an error on for 1/(1 − μ) = 10 steps
      expect(Math.abs(value - p[i]!)).toBeLessThan(10 * roundOff(steps, 2));
    });
  });

  test('a gradient longer than clip is shortened to it, a shorter one is not', () => {
    const spec: OptimiserSpec = { ...sgd, momentum: 0, learningRate: 1, clip: 2.5 };
    const state = stateFor(spec, [0, 0]);
    updateParameters(spec, 1, Float32Array.of(3, -4), 5, state);
    expect([...state.params]).toEqual([-1.5, 2]);
    updateParameters(spec, 2, Float32Array.of(-1.5, 2), 2.5, state);
    expect([...state.params]).toEqual([0, 0]);
  });

  test('the average starts near the parameters and slows down to ema', () => {
    expect(emaDecay(adam, 1)).toBe(0.1);
    expect(emaDecay(adam, 9)).toBe(0.5);
    expect(emaDecay(adam, 891)).toBe(0.99);
    expect(emaDecay(adam, 10_000)).toBe(0.99);
    const spec: OptimiserSpec = { ...sgd, momentum: 0, learningRate: 1 };
    const state = stateFor(spec, [0]);
    updateParameters(spec, 1, Float32Array.of(-1), 1, state);
    expect(state.ema[0]).toBeCloseTo(0.9, 7);
    updateParameters(spec, 2, Float32Array.of(-1), 1, state);
    expect(state.ema[0]).toBeCloseTo((2 / 11) * 0.9 + (9 / 11) * 2, 6);
  });
});

describe('learning rate', () => {
  test('rises linearly over the warm-up, then stays', () => {
    const spec = { ...adam, warmup: 10 };
    expect([1, 5, 10, 11, 1000].map((k) => learningRate(spec, k))).toEqual([0.001, 0.005, 0.01, 0.01, 0.01]);
  });

  test('cosine decay: full at the end of the warm-up, half-way half-way, floor × rate at the last step and after', () => {
    const spec: OptimiserSpec = { ...adam, warmup: 20, decay: 'cosine', floor: 0.1 };
    expect(learningRate(spec, 20)).toBeCloseTo(0.01, 12);
    expect(learningRate(spec, 60)).toBeCloseTo(0.01 * (0.1 + 0.9 / 2), 12);
    expect(learningRate(spec, 100)).toBeCloseTo(0.001, 12);
    expect(learningRate(spec, 500)).toBeCloseTo(0.001, 12);
  });

  test('a warm-up as long as the training never divides by zero', () => {
    const spec: OptimiserSpec = { ...adam, warmup: 100, decay: 'cosine', floor: 0.1 };
    expect(learningRate(spec, 50)).toBeCloseTo(0.005, 12);
    expect(learningRate(spec, 100)).toBeCloseTo(0.001, 12);
  });
});

describe('gradient norm', () => {
  test('is Euclidean', () => {
    expect(gradientNorm(Float32Array.of(3, 0, -4))).toBe(5);
  });

  test('is infinite where its square leaves float32, and not a number with one', () => {
    expect(gradientNorm(Float32Array.of(1e30))).toBe(Number.POSITIVE_INFINITY);
    expect(gradientNorm(Float32Array.of(1, Number.NaN))).toSatisfy((norm: number) => !Number.isFinite(norm));
  });
});
