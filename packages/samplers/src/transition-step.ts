/** The exact transition of a process over one step, s → t with s < t, the same for all rows: y_t = m(y_s) + L z, Σ = L Lᵀ. */
import { type Batch, rootOperators, type SamplingJob } from '@fokker/core';

export interface TransitionStep {
  load(s: number, t: number): void;
  /** out = m(y) */
  mean(y: Batch, out: Batch): void;
  /** out += Σ v */
  addCovariance(v: Batch, out: Batch): void;
  /** out += L z; `scratch` is overwritten. */
  addRoot(z: Batch, scratch: Batch, out: Batch): void;
}

export function createTransitionStep({ sde, start: { n, d } }: SamplingJob): TransitionStep {
  const transition = sde.transition!;
  const { length, times, timesTransposed } = rootOperators(transition, d);
  const L = new Float64Array(length);
  const [from, to] = [new Float64Array(n), new Float64Array(n)];
  const along = new Float64Array(d);
  return {
    load(s, t) {
      from.fill(s);
      to.fill(t);
      transition.root(from.subarray(0, 1), to.subarray(0, 1), L);
    },
    mean: (y, out) => transition.mean(y, from, to, out),
    addCovariance(v, out) {
      for (let i = 0; i < n; i++) {
        timesTransposed(L, 0, v.data, i * d, 1, along, 0);
        times(L, 0, along, 0, 1, along, 0);
        for (let j = 0; j < d; j++) out.data[i * d + j]! += along[j]!;
      }
    },
    addRoot(z, scratch, out) {
      for (let i = 0; i < n; i++) times(L, 0, z.data, i * d, 1, scratch.data, i * d);
      for (let k = 0; k < n * d; k++) out.data[k]! += scratch.data[k]!;
    },
  };
}
