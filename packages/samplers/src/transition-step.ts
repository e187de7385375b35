/** The exact transition of a process over one step, s → t with s < t, the same for all rows: y_t = m(y_s) + L z, Σ = L Lᵀ. */
import { type Batch, jacobianLength, lowerTimes, type SamplingJob } from '@fokker/core';

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
  const { structure } = transition;
  const L = new Float64Array(jacobianLength(structure, d));
  const [from, to] = [new Float64Array(n), new Float64Array(n)];
  const along = new Float64Array(d);
  const diagonal = (j: number): number => L[structure === 'scalar' ? 0 : j]!;
  return {
    load(s, t) {
      from.fill(s);
      to.fill(t);
      transition.root(from.subarray(0, 1), to.subarray(0, 1), L);
    },
    mean: (y, out) => transition.mean(y, from, to, out),
    addCovariance(v, out) {
      for (let i = 0; i < n; i++) {
        const at = i * d;
        if (structure !== 'dense') {
          for (let j = 0; j < d; j++) out.data[at + j]! += diagonal(j) ** 2 * v.data[at + j]!;
          continue;
        }
        for (let j = 0; j < d; j++) {
          let sum = 0;
          for (let k = j; k < d; k++) sum += L[k * d + j]! * v.data[at + k]!;
          along[j] = sum;
        }
        lowerTimes(d, L, 0, along, 0, 1, along, 0);
        for (let j = 0; j < d; j++) out.data[at + j]! += along[j]!;
      }
    },
    addRoot(z, scratch, out) {
      for (let i = 0; i < n; i++) {
        const at = i * d;
        if (structure === 'dense') lowerTimes(d, L, 0, z.data, at, 1, scratch.data, at);
        else for (let j = 0; j < d; j++) scratch.data[at + j] = diagonal(j) * z.data[at + j]!;
      }
      for (let k = 0; k < n * d; k++) out.data[k]! += scratch.data[k]!;
    },
  };
}
