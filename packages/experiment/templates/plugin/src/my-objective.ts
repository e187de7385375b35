/**
 * Denoising score matching through the exact kernel of an affine process: the place to start from for a loss of your own.
 *
 *     t ~ times,   y₀ from the data,   q(y_t | y₀) = N(m, L Lᵀ),   y = m + L z,   g = ∇ log q(y | y₀) = −L⁻ᵀ z,   z ~ N(0, I)
 *     ℓ = ½ Σ_j w_j(t) (s_j − g_j)²        over the components of the noise range
 *
 * Its minimiser is ∇ log p_t for any positive weight w(t). Needs `transition`. First derivatives of the network only.
 */
import {
  type Batch,
  defineObjective,
  drawFromKernel,
  fail,
  fillNormal,
  fillUniform,
  type GaussianKernel,
  type Key,
  kernelNoiseVariance,
  kernelTarget,
  noiseRangeOf,
  type Problem,
  type ProcessProblem,
  piecewiseLinear,
  pilotRows,
  pilotScales,
  projectRange,
  transitionKernel,
  zeros,
} from '@fokker/core';
import { dot, mul, square, sub } from '@fokker/ops';
import { z } from 'zod';

const options = z.strictObject({});

/** Composition offers this objective nothing else; it says so where it is called by hand. */
const processOf = (problem: Problem): ProcessProblem =>
  problem.kind === 'process'
    ? problem
    : fail('E_INCOMPATIBLE', {
        summary: 'my-objective learns the score of a process',
        got: 'a density',
        expected: 'a process with an exact transition',
        tryThis: ['process.id: vp'],
      });

/** Kernels from data rows [first, first + n) to times t [n]. */
const kernelsAt = ({ sde, data }: ProcessProblem, key: Key, first: number, t: Float64Array): GaussianKernel => {
  const y0 = zeros(t.length, sde.dim);
  data.draw(key, first, y0);
  return transitionKernel(sde.transition!, y0, new Float64Array(t.length).fill(sde.span.t0), t);
};

export const myObjective = defineObjective({
  id: 'my-objective',
  summary: 'denoising through exact kernels; affine processes',
  options,
  needs: ['transition'],
  weights: 'time',
  derivatives: 1,
  create: () => ({
    rowsPerSample: 1,
    /** What is chosen once: here only the sizes by which the network's inputs and outputs are scaled. */
    prepare(given, key) {
      const problem = processOf(given);
      const range = noiseRangeOf(problem.sde);
      const y = zeros(pilotRows, problem.sde.dim);
      const noise = new Float64Array(y.data.length);
      let variance = 0;
      const drawAt = (time: number, timeKey: Key): Batch => {
        const kernel = kernelsAt(problem, key.at('data'), 0, new Float64Array(pilotRows).fill(time));
        variance = kernelNoiseVariance(range, kernel);
        fillNormal(timeKey, 0, pilotRows, y.d, noise);
        drawFromKernel(kernel, noise, 1, y);
        return y;
      };
      return { recipe: null, scales: pilotScales(problem.sde, drawAt, () => variance, key.at('scales')) };
    },
    /** Everything about sample i depends on (key, i) alone. */
    source(given, { scales }, key) {
      const problem = processOf(given);
      const { sde, times } = problem;
      const range = noiseRangeOf(sde);
      const weights = problem.weighting(piecewiseLinear(scales.t, scales.noise));
      return {
        targets({ first, count }) {
          const [t, noise] = [new Float64Array(count), new Float64Array(count * sde.dim)];
          const [y, score, target] = [zeros(count, sde.dim), zeros(count, sde.dim), zeros(count, range.rank)];
          const weight = new Float64Array(count * range.rank);
          fillUniform(key.at('time'), first, count, 1, t);
          for (let i = 0; i < count; i++) t[i] = times.time(t[i]!);
          fillNormal(key.at('noise'), first, count, sde.dim, noise);
          const kernel = kernelsAt(problem, key.at('data'), first, t);
          drawFromKernel(kernel, noise, 1, y);
          kernelTarget(kernel, noise, 1, score);
          projectRange(range, score, target);
          t.forEach((time, i) => {
            weights.diagonal(time, weight.subarray(i * range.rank, (i + 1) * range.rank));
          });
          return {
            n: count,
            arrays: {
              y: { data: y.data, shape: [sde.dim] },
              t: { data: t, shape: [] },
              target: { data: target.data, shape: [range.rank] },
              weight: { data: weight, shape: [range.rank] },
            },
          };
        },
      };
    },
    /** [n]: the mean is taken by the trainer. */
    perSample: (model, tensors) => mul(0.5, dot(tensors.weight!, square(sub(model.score(tensors), tensors.target!)))),
  }),
});
