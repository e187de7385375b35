/**
 * The optimisers of `optimiser.ts` in operators on flat tensors, to be part of a compiled step; in float32, where the host's arithmetic is float64 between
 * float32 arrays. What changes from step to step is fed as a few numbers, computed on the host:
 *
 *     adam   η_k/(1 − β₁ᵏ),  1/(1 − β₂ᵏ),  a,  1 − a
 *     sgd    η_k,  a,  1 − a                            (a: weight of the old average)
 *
 * A step that is not to be taken has gradient 0, and numbers and decays that leave the state as it is: that is chosen between scalars, not between vectors.
 */
import type { OptimiserSpec } from '@fokker/core';
import { add, div, fill, mul, reshape, slice, sqrt, square, sub, type Tensor, tensor1d } from '@fokker/ops';
import { engine, Select } from '@tensorflow/tfjs-core';
import { emaDecay, learningRate } from '../optimiser.js';

/** Shapes that broadcast, unlike `where`. */
export const choose = (condition: Tensor, yes: Tensor, no: Tensor): Tensor =>
  engine().runKernel(Select, { condition, t: yes, e: no });

export type State = Readonly<Record<string, Tensor>>;

interface GraphRule {
  readonly numbers: (spec: OptimiserSpec, step: number) => readonly number[];
  /** Numbers that move nothing. */
  readonly still: readonly number[];
  /** New parameters and slots. `decay`: 1 in a step that is not taken. */
  readonly update: (
    gradient: Tensor,
    state: State,
    numbers: readonly Tensor[],
    spec: OptimiserSpec,
    decay: (factor: number) => Tensor,
  ) => State;
}

const rules: Record<OptimiserSpec['id'], GraphRule> = {
  adam: {
    numbers: (spec, step) => [learningRate(spec, step) / (1 - spec.beta1 ** step), 1 / (1 - spec.beta2 ** step)],
    still: [0, 1],
    update(gradient, state, [size, correction], { beta1, beta2, epsilon }, decay) {
      const m = add(mul(decay(beta1), state.m!), mul(1 - beta1, gradient));
      const v = add(mul(decay(beta2), state.v!), mul(1 - beta2, square(gradient)));
      const step = div(mul(size!, m), add(sqrt(mul(v, correction!)), epsilon));
      return { params: sub(state.params!, step), m, v };
    },
  },
  sgd: {
    numbers: (spec, step) => [learningRate(spec, step)],
    still: [0],
    update(gradient, state, [rate], { momentum }, decay) {
      const velocity = add(mul(decay(momentum), state.velocity!), gradient);
      return { params: sub(state.params!, mul(rate!, velocity)), velocity };
    },
  },
};

/** What step k ≥ 1 is fed. */
export const stepNumbers = (spec: OptimiserSpec, step: number): readonly number[] => {
  const keep = emaDecay(spec, step);
  return [...rules[spec.id].numbers(spec, step), keep, 1 - keep];
};

export interface Update {
  /** After clipping. */
  readonly gradient: Tensor;
  readonly state: State;
  /** Those of `stepNumbers`, as one vector. */
  readonly numbers: Tensor;
  /** Whether the step is to be taken. */
  readonly taken: Tensor;
}

/** `params`, `ema` and the slots after a step, or as they were. */
export const updateInGraph = (spec: OptimiserSpec, { gradient, state, numbers, taken }: Update): State => {
  const { update, still } = rules[spec.id];
  const chosen = choose(taken, numbers, tensor1d([...still, 1, 0]));
  const each = Array.from({ length: numbers.size }, (_, i) => reshape(slice(chosen, [i], [1]), []));
  const [keep, blend] = each.slice(-2);
  const decay = (factor: number): Tensor => choose(taken, fill([], factor), fill([], 1));
  const next = update(choose(taken, gradient, fill([], 0)), state, each, spec, decay);
  return { ...next, ema: add(mul(keep!, state.ema!), mul(blend!, next.params!)) };
};
