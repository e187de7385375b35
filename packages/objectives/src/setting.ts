/**
 * What objectives read of either kind of problem.
 *
 *     process   states of R^d carried by noise: the components of the score in range(Q) matter, y_t ~ p_t is simulated (or drawn exactly)
 *     density   samples of R^d: every component matters, y ~ p is a datum, the only time is 0
 */
import {
  createPathSource,
  fail,
  type Json,
  type Key,
  type NoiseRange,
  noiseRangeOf,
  type PathOptions,
  type PathSource,
  type Problem,
  type ProcessProblem,
  preparePaths,
} from '@fokker/core';

export interface Setting {
  /** d */
  readonly dim: number;
  /** range(Q), of rank r. */
  readonly range: NoiseRange;
}

export const settingOf = (problem: Problem): Setting => {
  if (problem.kind === 'process') return { dim: problem.sde.dim, range: noiseRangeOf(problem.sde) };
  const { dim } = problem.data;
  const coordinates = Array.from({ length: dim }, (_, j) => j);
  return { dim, range: { rank: dim, basis: 'coordinates', coordinates } };
};

/** How y_t ~ p_t is drawn; plain JSON. */
export const prepareStates = (problem: Problem, bank: PathOptions, key: Key): Json =>
  problem.kind === 'process' ? preparePaths(problem, bank, key) : null;

/** y_t ~ p_t of samples first …: row i is a pure function of (recipe, key, first + i, t_i). */
export const createStates = (problem: Problem, recipe: Json, key: Key): PathSource['start'] => {
  if (problem.kind === 'process') return createPathSource(problem, recipe, key).start;
  return (first, _count, _t, out) => problem.data.draw(key, first, out);
};

/** Composition refuses first, with the alternatives; this speaks to those who call the objective themselves. */
export const processOf = (problem: Problem, objective: string): ProcessProblem =>
  problem.kind === 'process'
    ? problem
    : fail('E_CAPABILITY', {
        summary: `objective '${objective}' cannot learn a density`,
        got: 'data without a process',
        expected: 'a process that carries the data through time',
        tryThis: ['objective.id: dsm', 'objective.id: lcss'],
      });
