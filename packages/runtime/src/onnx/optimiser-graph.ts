/**
 * The optimisers of `optimiser.ts` in operators on flat tensors, to be part of a compiled step; in float32, where the host's arithmetic is float64 between
 * float32 arrays. What changes from step to step is fed as a few numbers, computed on the host:
 *
 *     adam   η_k/(1 − β₁ᵏ),  1/(1 − β₂ᵏ),  a,  1 − a
 *     sgd    η_k,  a,  1 − a                            (a: weight of the old average)
 */
import type { OptimiserSpec } from '@fokker/core';
import { add, div, mul, sqrt, square, sub, type Tensor } from '@fokker/ops';
import { emaDecay, learningRate } from '../optimiser.js';

export type State = Readonly<Record<string, Tensor>>;

interface GraphRule {
  readonly numbers: (spec: OptimiserSpec, step: number) => readonly number[];
  /** New parameters and slots. */
  readonly update: (spec: OptimiserSpec, gradient: Tensor, state: State, numbers: readonly Tensor[]) => State;
}

const rules: Record<OptimiserSpec['id'], GraphRule> = {
  adam: {
    numbers: (spec, step) => [learningRate(spec, step) / (1 - spec.beta1 ** step), 1 / (1 - spec.beta2 ** step)],
    update({ beta1, beta2, epsilon }, gradient, state, [size, correction]) {
      const m = add(mul(beta1, state.m!), mul(1 - beta1, gradient));
      const v = add(mul(beta2, state.v!), mul(1 - beta2, square(gradient)));
      const step = div(mul(size!, m), add(sqrt(mul(v, correction!)), epsilon));
      return { params: sub(state.params!, step), m, v };
    },
  },
  sgd: {
    numbers: (spec, step) => [learningRate(spec, step)],
    update({ momentum }, gradient, state, [rate]) {
      const velocity = add(mul(momentum, state.velocity!), gradient);
      return { params: sub(state.params!, mul(rate!, velocity)), velocity };
    },
  },
};

/** What step k ≥ 1 is fed. */
export const stepNumbers = (spec: OptimiserSpec, step: number): readonly number[] => {
  const keep = emaDecay(spec, step);
  return [...rules[spec.id].numbers(spec, step), keep, 1 - keep];
};

/** `params`, `ema` and the slots after a step along a gradient that has been clipped. `numbers`: those of `stepNumbers`, scalars. */
export const updateInGraph = (
  spec: OptimiserSpec,
  gradient: Tensor,
  state: State,
  numbers: readonly Tensor[],
): State => {
  const next = rules[spec.id].update(spec, gradient, state, numbers);
  const [keep, blend] = numbers.slice(-2);
  return { ...next, ema: add(mul(keep!, state.ema!), mul(blend!, next.params!)) };
};
