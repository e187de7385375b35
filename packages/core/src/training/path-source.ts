/**
 * States y_s ~ p_s of a process started from its data, by sample index: the exact transition where there is one, else the trajectory bank.
 *
 *     exact   y_0 = data row k,   y_s = m(y_0, t0 → s) + L(t0 → s) z,   z = normal row k
 *
 * Sample k is a pure function of (recipe, key, k, s_k) in both; s = t0 gives the datum itself. Another key gives independent paths.
 *
 * Throws E_TIME for s outside [t0, T], E_SHAPE for arrays that do not fit, E_FORMAT for a recipe that is none.
 */

import type { Batch, Json } from '../contracts/batch.js';
import { zeros } from '../contracts/batch.js';
import type { GaussianTransition } from '../contracts/matrix.js';
import type { Key } from '../contracts/random.js';
import { fail } from '../errors.js';
import { drawFromKernel } from '../linearise/index.js';
import { fillNormal, transitionKernel } from '../numerics/index.js';
import { createBank, type StartStates } from './bank.js';
import { type PathProblem, readPathRecipe } from './path-recipe.js';

export interface PathSource {
  /** Writes y_s of samples [first, first + count) into `out` [count, d], s [count]. */
  start: StartStates;
}

const exactStates = ({ sde, data }: PathProblem, transition: GaussianTransition, key: Key): StartStates => {
  const { t0, T } = sde.span;
  const dataKey = key.at('data');
  const noiseKey = key.at('noise');
  return (first, count, s, out) => {
    const y0 = zeros(count, sde.dim);
    data.draw(dataKey, first, y0);
    const z = new Float64Array(count * sde.dim);
    fillNormal(noiseKey, first, count, sde.dim, z);
    const from = new Float64Array(count).fill(t0);
    const to = s.map((time) => (time > t0 ? time : T)); // a kernel of no length has no root; those rows are replaced below
    drawFromKernel(transitionKernel(transition, y0, from, to), z, 1, out);
    for (let i = 0; i < count; i++) {
      if (s[i]! > t0) continue;
      for (let j = 0; j < sde.dim; j++) out.data[i * sde.dim + j] = y0.data[i * sde.dim + j]!;
    }
  };
};

export const createPathSource = (problem: PathProblem, recipe: Json, key: Key): PathSource => {
  const { sde } = problem;
  const { t0, T } = sde.span;
  const read = readPathRecipe(recipe);
  const states =
    read.kind === 'bank'
      ? createBank(problem, read, key.at('bank'))
      : exactStates(problem, sde.transition ?? noTransition(), key.at('exact'));
  return {
    start(first, count, s, out) {
      if (s.length !== count || out.n !== count || out.d !== sde.dim) return badShape(count, s, out, sde.dim);
      for (let i = 0; i < count; i++) if (!(s[i]! >= t0 && s[i]! <= T)) return outside(first + i, s[i]!, t0, T);
      states(first, count, s, out);
    },
  };
};

const noTransition = (): never =>
  fail('E_CAPABILITY', {
    summary: 'the saved path recipe is for a process with an exact transition',
    got: 'a process without one',
    expected: "'transition'",
    tryThis: ['prepare the run again with this process'],
  });
const badShape = (count: number, s: Float64Array, out: Batch, d: number): never =>
  fail('E_SHAPE', {
    summary: 'start states do not fit their arrays',
    got: `${count} samples, ${s.length} times, out [${out.n}, ${out.d}]`,
    expected: `one time and one row of [${count}, ${d}] per sample`,
    tryThis: ['size the arrays by the number of samples'],
  });
const outside = (sample: number, s: number, t0: number, T: number): never =>
  fail('E_TIME', {
    summary: 'a start time lies outside the span of the process',
    got: `s = ${s} for sample ${sample}`,
    expected: `t0 = ${t0} ≤ s ≤ T = ${T}`,
    tryThis: ['draw times within the span', 'lengthen the horizon of the process'],
  });
