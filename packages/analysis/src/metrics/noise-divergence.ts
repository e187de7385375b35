/**
 * ∇·(Q ŝ) of a score field, row by row, by central differences along an orthonormal basis b₁ … b_r of range(Q):
 *
 *     ∇·(Qŝ) = Σ_k b_k·∂(Qŝ) b_k ≈ Σ_k b_k·Q [ ŝ(y + ε_k b_k) − ŝ(y − ε_k b_k) ] / (2 ε_k)
 *
 * (Q ŝ lies in range(Q), so the other directions add nothing.) The field is asked at displaced *states*: whatever it computes from them, drift
 * features included, moves along, and the derivative is the total one.
 *
 * Step: ε_k = ρ ℓ_k with ℓ_k = (E(b_k·ŝ)²)^{−½}, the length over which the score changes by itself (for a Gaussian, the conditional standard
 * deviation along b_k). With s ~ 1/ℓ and derivatives ~ 1/ℓ per order, the relative error of one difference is
 *
 *     ρ²/6 (truncation, systematic) + η/ρ (rounding of the field, relative size η, independent between rows)
 *
 * smallest in sum at ρ = (3η)^{1/3}: 1e-2 for η ≈ 4e-7, a few float32 roundings. Then truncation is 2e-5 of |∂s|, rounding 4e-5 a row and
 * √n less in a mean: far below Monte Carlo error. In float64 the truncation stays.
 */
import { applyQ, type Batch, type NoiseRange, type ScoreField, type Sde, zeros } from '@fokker/core';

/** ρ, in units of the score's own length. */
export const relativeStep = 1e-2;

/** Basis vectors of the range, [r][d]. */
function basisOf(range: NoiseRange, d: number): Float64Array[] {
  return Array.from({ length: range.rank }, (_, k) =>
    Float64Array.from({ length: d }, (_, j) =>
      range.basis === 'coordinates' ? Number(range.coordinates[k] === j) : range.basis[j * range.rank + k]!,
    ),
  );
}

function meanSquareAlong(b: Float64Array, { data, n, d }: Batch): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let along = 0;
    for (let j = 0; j < d; j++) along += b[j]! * data[i * d + j]!;
    sum += along * along;
  }
  return sum / n;
}

/** Writes ∇·(Qŝ) at `y` into `out`, [n]. `s` is ŝ(y), `entries` those of G(t). */
export async function noiseDivergence(
  question: {
    sde: Sde;
    score: ScoreField;
    range: NoiseRange;
    y: Batch;
    t: Float64Array;
    s: Batch;
    entries: Float64Array;
  },
  out: Float64Array,
): Promise<void> {
  const { sde, score, range, y, t, s, entries } = question;
  const { n, d } = y;
  const moved = zeros(n, d);
  const ahead = zeros(n, d);
  const behind = zeros(n, d);
  const change = new Float64Array(d);
  out.fill(0);
  for (const b of basisOf(range, d)) {
    const square = meanSquareAlong(b, s);
    const step = relativeStep / Math.sqrt(square > 0 ? square : 1);
    for (const [sign, at] of [[1, ahead] as const, [-1, behind] as const]) {
      for (let k = 0; k < n * d; k++) moved.data[k] = y.data[k]! + sign * step * b[k % d]!;
      await score.evaluate(moved, t, { score: at });
    }
    for (let k = 0; k < n * d; k++) ahead.data[k]! -= behind.data[k]!;
    for (let i = 0; i < n; i++) {
      change.fill(0);
      applyQ(sde.diffusion, entries, ahead.data, i * d, 1 / (2 * step), change, 0);
      for (let j = 0; j < d; j++) out[i]! += b[j]! * change[j]!;
    }
  }
}
