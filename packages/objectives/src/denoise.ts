/**
 * What DSM and local-DSM share before the bridge: targets drawn from Gaussian kernels q̂(y_t | y_s) = N(m, L Lᵀ).
 *
 *     y_t = m ± L z,     g = ∇ log q̂(y_t | y_s) = ∓ L⁻ᵀ z,     z ~ N(0, I)
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
  type NoiseRange,
  noiseRangeOf,
  type Problem,
  piecewiseLinear,
  pilotRows,
  pilotScales,
  projectRange,
  type Sde,
  type TargetSource,
  type Weighting,
  zeros,
} from '@fokker/core';

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

/** States m ± L z and targets Bᵀ(∓L⁻ᵀ z) of every sign, the rows of a sample together: [rows·n, d] and [rows·n, r]. */
const drawRows = (kernel: GaussianKernel, z: Float64Array, signs: readonly (1 | -1)[], range: NoiseRange) => {
  const { n, d } = kernel.mean;
  const rows = signs.length;
  const y = new Float64Array(rows * n * d);
  const target = new Float64Array(rows * n * range.rank);
  const state = zeros(n, d);
  const components = zeros(n, range.rank);
  signs.forEach((sign, k) => {
    drawFromKernel(kernel, z, sign, state);
    interleave(state, y, rows, k);
    kernelTarget(kernel, z, sign, state);
    projectRange(range, state, components);
    interleave(components, target, rows, k);
  });
  return { y, target };
};

/** Every time and its weight `rows` times over: [rows·n] and [rows·n, r]. */
const repeatTimes = (t: Float64Array, weights: Weighting, rows: number, r: number) => {
  const time = new Float64Array(rows * t.length);
  const weight = new Float64Array(rows * t.length * r);
  const diagonal = new Float64Array(r);
  for (let i = 0; i < time.length; i++) {
    time[i] = t[Math.floor(i / rows)]!;
    if (i % rows === 0) weights.diagonal(time[i]!, diagonal);
    weight.set(diagonal, i * r);
  }
  return { time, weight };
};

/** Arrays y [d], t [], target [r], weight [r]. */
export const denoisingSource = ({ sde, times, weighting }: Problem, denoising: Denoising, key: Key): TargetSource => {
  const { start, kernel, scales, antithetic } = denoising;
  const [timeKey, noiseKey] = [key.at('time'), key.at('noise')];
  const range = noiseRangeOf(sde);
  const weights = weighting(piecewiseLinear(scales.t, scales.noise));
  const signs = antithetic ? ([1, -1] as const) : ([1] as const);
  const d = sde.dim;
  const r = range.rank;
  return {
    targets({ first, count }) {
      const t = new Float64Array(count);
      const s = new Float64Array(count);
      const ys = zeros(count, d);
      const z = new Float64Array(count * d);
      fillUniform(timeKey, first, count, 1, t);
      for (let i = 0; i < count; i++) t[i] = times.time(t[i]!);
      start(first, count, t, s, ys);
      fillNormal(noiseKey, first, count, d, z);
      const { y, target } = drawRows(kernel(ys, s, t), z, signs, range);
      const { time, weight } = repeatTimes(t, weights, signs.length, r);
      return {
        n: time.length,
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
