/**
 * The fixed part of a prior-residual score, in the basis B of the noise range, and its derivative along w:
 *
 *     b(y) = Bᵀ∇log π(y),     ∂_w b = [b(y + h w) − b(y − h w)]/2h,    h = 10⁻⁴ (1 + |y|)/|w|
 *
 * of second order: about 1e-8 relative for laws of unit size.
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { Distribution } from '../contracts/capabilities.js';
import type { Sde } from '../contracts/sde.js';
import { noiseRangeOf, projectRange } from '../linearise/index.js';

export interface Baseline {
  /** r */
  readonly rank: number;
  /** b, [n·r] */
  value(y: Batch): Float64Array;
  /** ∂_w b, [n·r], w [n, d]. */
  tangent(y: Batch, w: Batch): Float64Array;
  /** log π, [n], where it is known. */
  readonly potential?: (y: Batch) => Float64Array;
}

const relativeStep = 1e-4;
const norm = ({ data, d }: Batch, i: number): number => Math.hypot(...data.subarray(i * d, (i + 1) * d));

/** y + sign h w, with h of each row. */
const moved = (y: Batch, w: Batch, h: Float64Array, sign: 1 | -1): Batch => ({
  ...y,
  data: y.data.map((value, k) => value + sign * h[Math.floor(k / y.d)]! * w.data[k]!),
});

export const priorBaseline = (sde: Sde, score: NonNullable<Distribution['score']>): Baseline => {
  const range = noiseRangeOf(sde);
  const value = (y: Batch): Float64Array => {
    const [whole, part] = [zeros(y.n, y.d), zeros(y.n, range.rank)];
    score(y, whole);
    projectRange(range, whole, part);
    return part.data;
  };
  const logDensity = sde.prior?.logDensity;
  return {
    rank: range.rank,
    value,
    tangent(y, w) {
      const h = Float64Array.from({ length: y.n }, (_, i) => (relativeStep * (1 + norm(y, i))) / (norm(w, i) || 1));
      const [above, below] = [value(moved(y, w, h, 1)), value(moved(y, w, h, -1))];
      return above.map((b, k) => (b - below[k]!) / (2 * h[Math.floor(k / range.rank)]!));
    },
    ...(logDensity && {
      potential: (y: Batch) => {
        const out = new Float64Array(y.n);
        logDensity(y, out);
        return out;
      },
    }),
  };
};
