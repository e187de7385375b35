/**
 * The exponential of a small dense matrix, E = e^{Jτ}.
 *
 * Scaling and squaring around a Taylor series: h = τ/2ᵏ with ‖J‖₁h ≤ ½, terms until none changes its sum, then k squarings. Exact zeros of a triangular J stay zero,
 * and entries that only high powers of J reach keep relative accuracy. k and the number of terms belong to one matrix, so batches may be split anywhere.
 */
import { fail } from '../errors.js';
import { multiply, norm1 } from './matrix.js';

/** k with size/2ᵏ ≤ ½; E_NOT_FINITE where the size is no finite number. */
export const doublings = (size: number): number => {
  if (size <= 0.5) return 0;
  if (!(size < Number.MAX_VALUE)) {
    fail('E_NOT_FINITE', {
      summary: 'a Jacobian times its lag is not finite',
      got: `‖J‖₁ τ = ${size}`,
      expected: 'a finite number',
      tryThis: ['check that the drift is finite where it is linearised', 'shorten the lag'],
    });
  }
  return Math.max(0, Math.ceil(Math.log2(size)) + 1);
};

/** Terms after which Σ θⁿ/(n + 1)! no longer grows in float64, θ ≤ 1. */
export const seriesTerms = (theta: number): number => {
  let n = 1;
  while (theta > reach[n]!) n++;
  return n;
};
/** The largest θ with θⁿ/(n + 1)! ≤ 1e-17; none below n = 1. */
const reach = Float64Array.from({ length: 20 }, (_, n) => {
  let factorial = 1;
  for (let k = 2; k <= n + 1; k++) factorial *= k;
  return n === 0 ? 0 : (1e-17 * factorial) ** (1 / n);
});

/** True while some entry of `term` still counts in its entry of `sum`. */
export const stillCounts = (term: Float64Array, sum: Float64Array): boolean => {
  for (let i = 0; i < term.length; i++) {
    if (Math.abs(term[i]!) > 2 ** -54 * Math.abs(sum[i]!)) return true;
  }
  return false;
};

/** E = Σ Aⁿ/n! for ‖A‖₁ ≤ ½; `term` and `scratch` are workspace. */
export const taylorExponential = (
  d: number,
  A: Float64Array,
  size: number,
  E: Float64Array,
  term: Float64Array,
  scratch: Float64Array,
): void => {
  const enough = seriesTerms(size);
  E.fill(0);
  term.fill(0);
  for (let i = 0; i < d; i++) {
    E[i * d + i] = 1;
    term[i * d + i] = 1;
  }
  for (let n = 1; n <= enough + d; n++) {
    multiply(d, A, term, scratch);
    for (let i = 0; i < d * d; i++) {
      const value = scratch[i]! / n;
      term[i] = value;
      E[i]! += value;
    }
    if (n >= enough && !stillCounts(term, E)) break;
  }
};

/** Writes e^{Jτ} of the d×d block J[jAt …] to out[outAt …]. */
export type Expm = (J: Float64Array, jAt: number, tau: number, out: Float64Array, outAt: number) => void;

/** An `Expm` for d×d matrices with its own workspace. */
export const createExpm = (d: number): Expm => {
  const A = new Float64Array(d * d);
  const E = new Float64Array(d * d);
  const term = new Float64Array(d * d);
  const scratch = new Float64Array(d * d);
  return (J, jAt, tau, out, outAt) => {
    const size = norm1(d, J, jAt) * Math.abs(tau);
    const k = doublings(size);
    const h = tau / 2 ** k;
    for (let i = 0; i < d * d; i++) A[i] = J[jAt + i]! * h;
    taylorExponential(d, A, size / 2 ** k, E, term, scratch);
    for (let doubling = 0; doubling < k; doubling++) {
      multiply(d, E, E, scratch);
      E.set(scratch);
    }
    out.set(E, outAt);
  };
};
