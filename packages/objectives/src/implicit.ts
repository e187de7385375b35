/**
 * What implicit objectives share: states y_t ~ p_t as they are, and directions along which the network's score is differentiated there.
 *
 *     y ~ p_t (simulated, drawn exactly, or a datum),   directions √w v_k of the noise range
 *
 *     tr(W ∂s) = E_v[ (√w v)ᵀ ∂s (√w v) ]               for E[v vᵀ] = I, or summed over the basis vectors v = e_k
 *
 * W is a function of t alone, so that ∇·(W s) is what the average gives. Second derivatives of the network: first in y, then in the parameters.
 */
import {
  type Key,
  type NamedArray,
  type NetworkScales,
  type PathOptions,
  type Prepared,
  type Problem,
  pathOptions,
  pilotRows,
  type TargetSource,
  type Tensors,
  type TracedModel,
  zeros,
} from '@fokker/core';
import { add, mul, type Tensor1D } from '@fokker/ops';
import { weightedDirections } from './directions.js';
import { pilotOf, stateScales } from './law.js';
import { sampleRows } from './rows.js';
import { createStates, prepareStates, settingOf } from './setting.js';

/** v_k [count, r] of samples first …, direction after direction. */
export type Directions = (first: number, count: number, r: number, key: Key) => readonly Float64Array[];

/** States from the bank, sizes from a pilot. */
export const prepareImplicit = (problem: Problem, bank: PathOptions, key: Key): Prepared => {
  const pilotStates = prepareStates(problem, { ...bank, paths: pilotRows, refresh: 0 }, key.at('paths'));
  const pilot = pilotOf(problem, createStates(problem, pilotStates, key.at('pilot')));
  return {
    recipe: prepareStates(problem, pathOptions.parse(bank), key.at('paths')),
    scales: stateScales(problem, pilot, key.at('scales')),
  };
};

/** Arrays y [d], t [], weight [r] and the directions √w v_k [r]. */
export const implicitSource = (
  problem: Problem,
  { recipe, scales }: { readonly recipe: Prepared['recipe']; readonly scales: NetworkScales },
  directions: Directions,
  key: Key,
): TargetSource => {
  const { dim, range } = settingOf(problem);
  const r = range.rank;
  const states = createStates(problem, recipe, key.at('states'));
  const rows = sampleRows(problem, scales, key.at('time'));
  return {
    targets({ first, count }) {
      const t = rows.times({ first, count });
      const y = zeros(count, dim);
      states(first, count, t, y);
      const shared = rows.repeated(t, 1);
      const along = directions(first, count, r, key.at('direction')).map(
        (v): NamedArray => ({ data: weightedDirections(v, shared.weight.data), shape: [r] }),
      );
      return { n: count, arrays: { y: { data: y.data, shape: [dim] }, ...shared }, directions: along };
    },
  };
};

/** Σ_k (√w v_k)ᵀ ∂s (√w v_k) / divisor, [n] */
export const divergence = (model: TracedModel, tensors: Tensors, count: number, divisor: number): Tensor1D => {
  let sum = model.directional(tensors, 0);
  for (let k = 1; k < count; k++) sum = add(sum, model.directional(tensors, k));
  return divisor === 1 ? sum : mul(1 / divisor, sum);
};
