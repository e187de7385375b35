/**
 * What DSM and local-DSM share: targets drawn from Gaussian kernels q̂(y_t | y_s) = N(m, L Lᵀ), and the loss of a row.
 *
 *     y_t = m ± L z,     g = ∇ log q̂(y_t | y_s) = ∓ L⁻ᵀ z,     z ~ N(0, I)
 *     ℓ = ½ Σ_j w_j (s_j − g_j)²
 *
 * Both y_t and g come from one kernel and one z: a target of q̂ at a state drawn otherwise would be the score of nothing. g is taken from the joint
 * root L of all coordinates and only then restricted to the noise range: with B [d, r] its basis, network and targets have components Bᵀ s and Bᵀ g.
 * The weight is a function of t alone.
 *
 * A sample owns one row, or two for an antithetic pair (rows 2i and 2i + 1 for + and −), whose mean has bounded variance as the lag goes to 0.
 * Everything about sample i depends on (key, i) alone, whatever range it is asked for in.
 */
import {
  type Batch,
  drawFromKernel,
  fillNormal,
  fillUniform,
  type GaussianKernel,
  type Key,
  kernelNoiseVariance,
  kernelTarget,
  type NetworkScales,
  noiseRangeOf,
  type Problem,
  piecewiseLinear,
  pilotRows,
  pilotScales,
  projectRange,
  type Sde,
  type TargetSource,
  type Tensors,
  type TracedModel,
  zeros,
} from '@fokker/core';
import { dot, mul, square, sub, type Tensor1D } from '@fokker/ops';

export interface Kernels {
  /** Times s [count] and states y_s [count, d] of samples first … first + count − 1, given their times t. */
  start(first: number, count: number, t: Float64Array, s: Float64Array, ys: Batch): void;
  /** q̂(· | y_s) at t, row by row; valid until the next call. */
  kernel(ys: Batch, s: Float64Array, t: Float64Array): GaussianKernel;
}

/** Sizes of states and kernels over time, from a pilot of its own. */
export const kernelScales = (sde: Sde, { start, kernel }: Kernels, key: Key): NetworkScales => {
  const range = noiseRangeOf(sde);
  const z = new Float64Array(pilotRows * sde.dim);
  const t = new Float64Array(pilotRows);
  const s = new Float64Array(pilotRows);
  const [ys, y] = [zeros(pilotRows, sde.dim), zeros(pilotRows, sde.dim)];
  let variance = 0;
  const drawAt = (time: number, timeKey: Key): Batch => {
    start(0, pilotRows, t.fill(time), s, ys);
    const drawn = kernel(ys, s, t);
    variance = kernelNoiseVariance(range, drawn);
    fillNormal(timeKey, 0, pilotRows, sde.dim, z);
    drawFromKernel(drawn, z, 1, y);
    return y;
  };
  return pilotScales(sde, drawAt, () => variance, key);
};

/** Copies row i of `from` to row stride·i + offset of `to`, both `width` wide. */
const interleave = ({ data, n, d: width }: Batch, to: Float64Array, stride: number, offset: number): void => {
  for (let i = 0; i < n; i++) {
    const at = (stride * i + offset) * width;
    for (let j = 0; j < width; j++) to[at + j] = data[i * width + j]!;
  }
};

export interface Denoising extends Kernels {
  readonly scales: NetworkScales;
  readonly antithetic: boolean;
}

/** Arrays y [d], t [], target [r], weight [r]. */
export const denoisingSource = ({ sde, times, weighting }: Problem, denoising: Denoising, key: Key): TargetSource => {
  const { start, kernel, scales, antithetic } = denoising;
  const [timeKey, noiseKey] = [key.at('time'), key.at('noise')];
  const range = noiseRangeOf(sde);
  const weights = weighting(piecewiseLinear(scales.t, scales.noise));
  const signs = antithetic ? ([1, -1] as const) : ([1] as const);
  const rows = signs.length;
  const d = sde.dim;
  const r = range.rank;
  const diagonal = new Float64Array(r);
  return {
    targets({ first, count }) {
      const t = new Float64Array(count);
      const s = new Float64Array(count);
      const ys = zeros(count, d);
      const z = new Float64Array(count * d);
      fillUniform(timeKey, first, count, 1, t);
      for (let i = 0; i < count; i++) t[i] = times.time(t[i]!);
      start(first, count, t, s, ys);
      const drawn = kernel(ys, s, t);
      fillNormal(noiseKey, first, count, d, z);

      const n = rows * count;
      const y = new Float64Array(n * d);
      const target = new Float64Array(n * r);
      const state = zeros(count, d);
      const components = zeros(count, r);
      signs.forEach((sign, k) => {
        drawFromKernel(drawn, z, sign, state);
        interleave(state, y, rows, k);
        kernelTarget(drawn, z, sign, state);
        projectRange(range, state, components);
        interleave(components, target, rows, k);
      });

      const time = new Float64Array(n);
      const weight = new Float64Array(n * r);
      for (let i = 0; i < n; i++) {
        time[i] = t[Math.floor(i / rows)]!;
        if (i % rows === 0) weights.diagonal(time[i]!, diagonal);
        weight.set(diagonal, i * r);
      }
      return {
        n,
        arrays: {
          y: { data: y, shape: [d] },
          t: { data: time, shape: [] },
          target: { data: target, shape: [r] },
          weight: { data: weight, shape: [r] },
        },
      };
    },
  };
};

/** ½ Σ_j w_j (s_j − g_j)², [n]. */
export const squaredError = (model: TracedModel, tensors: Tensors): Tensor1D => {
  const { target, weight } = tensors;
  return mul(0.5, dot(weight!, square(sub(model.score(tensors), target!))));
};

/** ½ Σ_j w_j s_j (s_j − 2 g_j), [n]: the same less a term free of parameters. */
export const steinForm = (model: TracedModel, tensors: Tensors): Tensor1D => {
  const { target, weight } = tensors;
  const s = model.score(tensors);
  return mul(0.5, dot(mul(weight!, s), sub(s, mul(2, target!))));
};
