/**
 * ∂f/∂t of a drift that is opaque code: 0 where it does not read t, else central differences (differences.ts) with h = 2⁻¹⁰ (T − t0).
 *
 * The error is about 3e-13 for a drift that varies over the span by order one. A complex step would reach rounding, but code over Float64Array takes no complex
 * arguments. Assumes that the drift is smooth over four steps, not checked; a process with sharper changes declares `driftTime`.
 */
import { type VectorField, zeroField, zeros } from '../contracts/batch.js';
import type { Sde } from '../contracts/sde.js';
import { centralDifference } from './differences.js';

type TimeDependent = Pick<Sde, 'dim' | 'drift' | 'span'>;
const relativeStep = 2 ** -10;

/** ∂f/∂t, `zeroField` where the drift does not read t. */
export const driftTimeDifference = (sde: TimeDependent): VectorField =>
  driftDependsOnTime(sde) ? differenceInTime(sde) : zeroField;

/**
 * Four drift evaluations of the batch. Within two steps of an end of the span the stencil is moved inside, where the drift is defined: there the derivative is
 * that of the nearest interior point, an error of first order in h. `step`: h as a share of the span.
 */
export const differenceInTime = (sde: TimeDependent, step = relativeStep): VectorField => {
  const { dim, span } = sde;
  const h = step * (span.T - span.t0);
  let f = zeros(0, dim);
  let moved = new Float64Array(0);
  return (y, t, out) => {
    if (f.n !== y.n) {
      f = zeros(y.n, dim);
      moved = new Float64Array(y.n);
    }
    out.data.fill(0, 0, y.n * dim);
    for (const [offset, weight] of centralDifference) {
      for (let i = 0; i < y.n; i++) moved[i] = Math.min(Math.max(t[i]!, span.t0 + 2 * h), span.T - 2 * h) + offset * h;
      sde.drift(y, moved, f);
      const scale = weight / (12 * h);
      for (let k = 0; k < y.n * dim; k++) out.data[k]! += scale * f.data[k]!;
    }
  };
};

/**
 * Does the drift depend on time? Compares its values at 257 times of the span on four states. What changes only in windows shorter than 1/256 of the span
 * passes for autonomous: over such a window an expansion in time would be meaningless too.
 */
const driftDependsOnTime = (sde: TimeDependent): boolean => {
  const { dim, span } = sde;
  const y = zeros(4, dim);
  // Multiples of the golden ratio modulo 1: spread over (−2, 2), no two coordinates alike.
  for (let k = 0; k < y.data.length; k++) y.data[k] = 4 * (((k + 1) * 0.6180339887498949) % 1) - 2;
  const [first, f, t] = [zeros(y.n, dim), zeros(y.n, dim), new Float64Array(y.n)];
  for (let step = 0; step <= 256; step++) {
    t.fill(span.t0 + (step / 256) * (span.T - span.t0));
    sde.drift(y, t, step === 0 ? first : f);
    if (step > 0 && f.data.some((value, k) => !Object.is(value, first.data[k]))) return true;
  }
  return false;
};
