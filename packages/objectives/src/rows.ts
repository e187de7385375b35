/**
 * What the rows of a sample have in common: its time t, drawn from the times of the problem (0 for a density), and the diagonal w(t) of its weight in the basis
 * of the noise range, which each row multiplies by a factor of its own where the weight reads the state. A sample owns one row or several in a row; everything about sample i depends on (key, i) alone, whatever range it is asked for in.
 */
import {
  type Batch,
  fillUniform,
  type Key,
  type NamedArray,
  type NetworkScales,
  type Problem,
  piecewiseLinear,
  type SampleRange,
} from '@fokker/core';
import { settingOf } from './setting.js';

export interface SampleRows {
  /** t of each sample, [count]. */
  times(range: SampleRange): Float64Array;
  /** w [r] at time t. */
  readonly weight: (t: number, out: Float64Array) => void;
  /** Times and weights, each `rows` times over: t [rows·count], weight [rows·count, r]. */
  repeated(t: Float64Array, rows: number): { readonly t: NamedArray; readonly weight: NamedArray };
  /** The same with c(y, t) w(t) at the states y [rows·count, d]. */
  weighedAt(y: Batch, t: Float64Array, rows: number): { readonly t: NamedArray; readonly weight: NamedArray };
}

export const sampleRows = (problem: Problem, scales: NetworkScales, key: Key): SampleRows => {
  const r = settingOf(problem).range.rank;
  const weighting = problem.weighting(piecewiseLinear(scales.t, scales.noise));
  const weight = (t: number, out: Float64Array): void => weighting.diagonal(t, out);
  const diagonal = new Float64Array(r);
  const repeated: SampleRows['repeated'] = (t, rows) => {
    const time = new Float64Array(rows * t.length);
    const weights = new Float64Array(rows * t.length * r);
    for (let i = 0; i < time.length; i++) {
      time[i] = t[Math.floor(i / rows)]!;
      if (i % rows === 0) weight(time[i]!, diagonal);
      weights.set(diagonal, i * r);
    }
    return { t: { data: time, shape: [] }, weight: { data: weights, shape: [r] } };
  };
  return {
    weight,
    times({ first, count }) {
      const t = new Float64Array(count);
      if (problem.kind === 'density') return t;
      fillUniform(key, first, count, 1, t);
      for (let i = 0; i < count; i++) t[i] = problem.times.time(t[i]!);
      return t;
    },
    repeated,
    weighedAt(y, t, rows) {
      const shared = repeated(t, rows);
      if (weighting.factor === undefined) return shared;
      const factor = new Float64Array(y.n);
      weighting.factor(y, shared.t.data, factor);
      const { data } = shared.weight;
      for (let k = 0; k < data.length; k++) data[k]! *= factor[Math.floor(k / r)]!;
      return shared;
    },
  };
};

/** Copies row i of `from` to row stride·i + offset of `to`, both `from.d` wide. */
export const interleave = ({ data, n, d: width }: Batch, to: Float64Array, stride: number, offset: number): void => {
  for (let i = 0; i < n; i++) {
    const at = (stride * i + offset) * width;
    for (let j = 0; j < width; j++) to[at + j] = data[i * width + j]!;
  }
};
