/**
 * A pilot: a fixed crowd of simulated paths seen at any time, for choices made once before training (lags, scales, guards). Sums over it run in row order, so what is
 * chosen is a pure function of the key.
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { Key } from '../contracts/random.js';
import { type PathProblem, preparePaths } from './path-recipe.js';
import { createPathSource } from './path-source.js';

export interface Pilot {
  readonly count: number;
  /** States of all paths at time s, [count, d]; the caller owns them. */
  at(s: number): Batch;
}

export const createPilot = (problem: PathProblem, count: number, key: Key): Pilot => {
  const recipe = preparePaths(problem, { paths: count, refresh: 0 }, key.at('prepare'));
  const source = createPathSource(problem, recipe, key.at('paths'));
  const times = new Float64Array(count);
  return {
    count,
    at(s) {
      const out = zeros(count, problem.sde.dim);
      source.start(0, count, times.fill(s), out);
      return out;
    },
  };
};
