/**
 * What denoising objectives share before the bridge: a state and the score of its kernel there, of both signs of one noise z,
 *
 *     Gaussian kernel    y = m ± L z,     g = ∇ log q̂(y | y_s) = ∓ L⁻ᵀ z,    z ~ N(0, I) in R^d
 *     smoothing kernel   y = x ± σ B z,   Bᵀ g = ∓ z/σ,                      z ~ N(0, I) in R^r,  B [d, r] the basis of the noise range   (smoothing.ts)
 *
 * Both y and g come from one kernel and one z: a target of q̂ at a state drawn otherwise would be the score of nothing. g is taken from the joint
 * root L of all coordinates and only then restricted to the noise range, where network and targets have components Bᵀ s and Bᵀ g.
 *
 * A sample owns one row, or two for an antithetic pair (rows 2i and 2i + 1 for + and −), whose mean has bounded variance as the kernel narrows.
 */
import {
  type Batch,
  drawFromKernel,
  fail,
  fillNormal,
  type GaussianKernel,
  type Key,
  kernelNoiseVariance,
  kernelTarget,
  type NetworkScales,
  type NoiseRange,
  noiseRangeOf,
  type Problem,
  type ProcessProblem,
  pilotRows,
  pilotScales,
  projectRange,
  type Sde,
  type TargetSource,
  transitionKernel,
  zeros,
} from '@fokker/core';
import { interleave, sampleRows } from './rows.js';
import { settingOf } from './setting.js';

export type Sign = 1 | -1;

/** What one draw of the noise gives, of either sign. */
export interface Drawn {
  /** y, [n, d] */
  state(sign: Sign, out: Batch): void;
  /** Bᵀ g, [n, r] */
  target(sign: Sign, out: Batch): void;
}
/** The draw of samples first … first + count − 1 at their times; valid until the next. */
export type Draw = (first: number, count: number, t: Float64Array) => Drawn;

export interface Kernels {
  /** Times s [count] and states y_s [count, d] of samples first … first + count − 1, given their times t. */
  start(first: number, count: number, t: Float64Array, s: Float64Array, ys: Batch): void;
  /** q̂(· | y_s) at t, row by row; valid until the next call. */
  kernel(ys: Batch, s: Float64Array, t: Float64Array): GaussianKernel;
  /** Rows of a pilot of them. */
  readonly pilotRows: number;
}

/** The exact kernels of a process from its data. Composition refuses a process without, with the alternatives, before this does. */
export const dataKernels = ({ sde, data }: ProcessProblem, key: Key): Kernels => {
  const { transition } = sde;
  if (transition === undefined) {
    return fail('E_CAPABILITY', {
      summary: 'there is no exact Gaussian kernel from the data',
      got: 'a process without one',
      expected: "'transition', which only affine processes have",
      tryThis: ['objective.id: local-dsm', 'objective.id: lcss, with center: simulated'],
    });
  }
  return {
    start(first, _count, _t, s, ys) {
      s.fill(sde.span.t0);
      data.draw(key, first, ys);
    },
    kernel: (ys, s, t) => transitionKernel(transition, ys, s, t),
    pilotRows,
  };
};

/** Sizes of states and kernels over time, from a pilot of its own. */
export const kernelScales = (sde: Sde, { start, kernel, pilotRows: rows }: Kernels, key: Key): NetworkScales => {
  const range = noiseRangeOf(sde);
  const z = new Float64Array(rows * sde.dim);
  const t = new Float64Array(rows);
  const s = new Float64Array(rows);
  const [ys, y] = [zeros(rows, sde.dim), zeros(rows, sde.dim)];
  let variance = 0;
  const drawAt = (time: number, timeKey: Key): Batch => {
    start(0, rows, t.fill(time), s, ys);
    const drawn = kernel(ys, s, t);
    variance = kernelNoiseVariance(range, drawn);
    fillNormal(timeKey, 0, rows, sde.dim, z);
    drawFromKernel(drawn, z, 1, y);
    return y;
  };
  return pilotScales(sde, drawAt, () => variance, key);
};

/** Draws m ± L z from kernels, z under `key`. */
export const kernelDraw =
  ({ start, kernel }: Kernels, range: NoiseRange, d: number, key: Key): Draw =>
  (first, count, t) => {
    const s = new Float64Array(count);
    const ys = zeros(count, d);
    const z = new Float64Array(count * d);
    start(first, count, t, s, ys);
    fillNormal(key, first, count, d, z);
    const drawn = kernel(ys, s, t);
    return {
      state: (sign, out) => drawFromKernel(drawn, z, sign, out),
      target(sign, out) {
        kernelTarget(drawn, z, sign, ys); // its start states are not needed any more
        projectRange(range, ys, out);
      },
    };
  };

export interface Denoising {
  readonly draw: Draw;
  readonly scales: NetworkScales;
  readonly antithetic: boolean;
}

/** Arrays y [d], t [], target [r], weight [r]. Times are drawn under key 'time'. */
export const denoisingSource = (problem: Problem, { draw, scales, antithetic }: Denoising, key: Key): TargetSource => {
  const { dim: d, range } = settingOf(problem);
  const r = range.rank;
  const rows = sampleRows(problem, scales, key.at('time'));
  const signs = antithetic ? ([1, -1] as const) : ([1] as const);
  return {
    targets({ first, count }) {
      const t = rows.times({ first, count });
      const drawn = draw(first, count, t);
      const n = signs.length * count;
      const [y, target] = [new Float64Array(n * d), new Float64Array(n * r)];
      const [state, components] = [zeros(count, d), zeros(count, r)];
      signs.forEach((sign, k) => {
        drawn.state(sign, state);
        interleave(state, y, signs.length, k);
        drawn.target(sign, components);
        interleave(components, target, signs.length, k);
      });
      return {
        n,
        arrays: {
          y: { data: y, shape: [d] },
          target: { data: target, shape: [r] },
          ...rows.weighedAt({ data: y, n, d }, t, signs.length),
        },
      };
    },
  };
};
