/**
 * Mean and covariance of a linear process over one lag, by series and doubling.
 *
 *     dx = (f + J x + a u) du + G dW,  x(0) = 0,  u in [0, τ],   Q = G Gᵀ
 *     shift E x(τ) = τ φ₁(Jτ) f + τ² φ₂(Jτ) a,    Σ(τ) = ∫₀^τ e^{Ju} Q e^{Jᵀu} du
 *
 * Over h = τ/2ᵏ with ‖J‖₁h ≤ ½ everything is a Taylor series: X₀ = Qh, Xₙ = h (J Xₙ₋₁ + Xₙ₋₁ Jᵀ)/(n + 1), Σ_h = Σ Xₙ. Then k times, with H the span so far and
 * w = H φ₁(JH) a:
 *
 *     x ← x + E x + H w,   w ← w + E w,   Σ ← Σ + E Σ Eᵀ,   E ← E²,   H ← 2H
 *
 * No growing inverse is formed, exact zeros stay, the small entries of degenerate noise keep relative accuracy (about 3e-15). k and the number of terms belong to
 * the row, so results do not depend on how a batch is split.
 */
import { doublings, seriesTerms, stillCounts, taylorExponential } from './expm.js';
import { measureSpans, multiply, norm1, rowSpans } from './matrix.js';

export interface LinearFlow {
  /**
   * J, Q: [d·d] at their offsets; f, a: [d], a absent for none. Writes shift [d] and Σ [d·d]; Σ and E of the last call also stay in `covariance` and, when the
   * call asked for it, in `exponential`.
   */
  run(
    J: Float64Array,
    jAt: number,
    Q: Float64Array,
    qAt: number,
    f: Float64Array,
    a: Float64Array | undefined,
    vectorAt: number,
    tau: number,
    shift: Float64Array,
    shiftAt: number,
    withExponential?: boolean,
  ): void;
  readonly covariance: Float64Array;
  readonly exponential: Float64Array;
}

/** Looking where rows begin and end costs more than it spares up to here. */
const smallDimension = 8;

/** A flow for d×d systems with its own workspace. E_NOT_FINITE where ‖J‖₁τ is not finite. */
export const createLinearFlow = (d: number): LinearFlow => {
  const A = new Float64Array(d * d);
  const E = new Float64Array(d * d);
  const term = new Float64Array(d * d);
  const scratch = new Float64Array(d * d);
  const sigma = new Float64Array(d * d);
  const p = new Float64Array(d);
  const r = new Float64Array(d);
  const x = new Float64Array(d);
  const w = new Float64Array(d);
  const moved = new Float64Array(d);
  const spans = rowSpans(d);

  /** out = M v */
  const apply = (M: Float64Array, v: Float64Array, out: Float64Array): void => {
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += M[i * d + j]! * v[j]!;
      out[i] = sum;
    }
  };

  /** x = Σ h Aⁿ f/(n+1)! + h² Aⁿ a/(n+2)!,  w = Σ h Aⁿ a/(n+1)! */
  const shiftSeries = (f: Float64Array, a: Float64Array | undefined, at: number, h: number, size: number): void => {
    const enough = seriesTerms(size) + d;
    for (let i = 0; i < d; i++) {
      p[i] = h * f[at + i]!;
      x[i] = p[i]!;
      r[i] = a === undefined ? 0 : h * a[at + i]!;
      w[i] = r[i]!;
      x[i]! += 0.5 * h * r[i]!;
    }
    for (let n = 1; n < enough; n++) {
      apply(A, p, moved);
      for (let i = 0; i < d; i++) {
        p[i] = moved[i]! / (n + 1);
        x[i]! += p[i]!;
      }
      if (a === undefined) continue;
      apply(A, r, moved);
      for (let i = 0; i < d; i++) {
        r[i] = moved[i]! / (n + 1);
        w[i]! += r[i]!;
        x[i]! += (h * r[i]!) / (n + 2);
      }
    }
  };

  /** (A X + X Aᵀ)_ij, X symmetric. */
  const sumInFull = (X: Float64Array, i: number, j: number): number => {
    const [row, other] = [i * d, j * d];
    let sum = 0;
    for (let k = 0; k < d; k++) sum += A[row + k]! * X[other + k]! + A[other + k]! * X[row + k]!;
    return sum;
  };
  /** The same for rows of A that are short: k runs over their spans, in the same order. */
  const { first, end } = spans;
  const sumInSpans = (X: Float64Array, i: number, j: number): number => {
    const [row, other] = [i * d, j * d];
    const [from, resume] = first[i]! < first[j]! ? [first[i]!, first[j]!] : [first[j]!, first[i]!];
    const [gap, to] = end[i]! < end[j]! ? [end[i]!, end[j]!] : [end[j]!, end[i]!];
    let sum = 0;
    for (let k = from; k < to; k++) {
      if (k === gap && gap < resume) k = resume;
      sum += A[row + k]! * X[other + k]! + A[other + k]! * X[row + k]!;
    }
    return sum;
  };
  const sumOf = d > smallDimension ? sumInSpans : sumInFull;

  const covarianceSeries = (Q: Float64Array, at: number, h: number, size: number): void => {
    for (let i = 0; i < d * d; i++) {
      term[i] = Q[at + i]! * h;
      sigma[i] = term[i]!;
    }
    const enough = seriesTerms(2 * size);
    if (d > smallDimension) measureSpans(d, A, spans);
    let [X, next] = [term, scratch];
    for (let n = 1; n <= enough + 2 * d; n++) {
      const scale = 1 / (n + 1);
      for (let i = 0, row = 0; i < d; i++, row += d) {
        for (let j = 0, other = 0; j <= i; j++, other += d) {
          const value = sumOf(X, i, j) * scale;
          next[row + j] = value;
          next[other + i] = value;
          sigma[row + j]! += value;
          sigma[other + i] = sigma[row + j]!;
        }
      }
      [X, next] = [next, X];
      if (n >= enough && !stillCounts(X, sigma)) break;
    }
  };

  /** Σ ← Σ + E Σ Eᵀ, E ← E² */
  const doubleOnce = (): void => {
    multiply(d, E, sigma, scratch);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < d; k++) sum += scratch[i * d + k]! * E[j * d + k]!;
        sigma[i * d + j]! += sum;
        if (j < i) sigma[j * d + i] = sigma[i * d + j]!;
      }
    }
    multiply(d, E, E, scratch);
    E.set(scratch);
  };

  return {
    covariance: sigma,
    exponential: E,
    run(J, jAt, Q, qAt, f, a, vectorAt, tau, shift, shiftAt, withExponential = false) {
      const norm = norm1(d, J, jAt) * tau;
      const k = doublings(norm);
      let span = tau / 2 ** k;
      const size = norm / 2 ** k;
      for (let i = 0; i < d * d; i++) A[i] = J[jAt + i]! * span;
      shiftSeries(f, a, vectorAt, span, size);
      covarianceSeries(Q, qAt, span, size);
      if (k > 0 || withExponential) taylorExponential(d, A, size, E, term, scratch);
      for (let doubling = 0; doubling < k; doubling++, span *= 2) {
        apply(E, x, moved);
        for (let i = 0; i < d; i++) x[i]! += moved[i]! + span * w[i]!;
        if (a !== undefined) {
          apply(E, w, moved);
          for (let i = 0; i < d; i++) w[i]! += moved[i]!;
        }
        doubleOnce();
      }
      for (let i = 0; i < d; i++) shift[shiftAt + i] = x[i]!;
    },
  };
};
