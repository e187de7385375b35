/**
 * Products with the pseudo-inverse of Q = G Gᵀ on its range, B [d, r] orthonormal:
 *
 *     aᵀ Q⁺ b = α·β,    α = L⁻¹ Bᵀ a,    L Lᵀ = Bᵀ Q B          ("whitening": a in units of the noise)
 *     Q⁺ a = B L⁻ᵀ α
 *
 * Throws E_COVARIANCE where Q loses rank somewhere.
 */
import {
  type Batch,
  cholesky,
  entriesLength,
  fail,
  fillQ,
  type NoiseRange,
  noiseRangeOf,
  type Sde,
  solveLower,
  solveLowerTransposed,
} from '@fokker/core';

export interface NoiseInverse {
  readonly rank: number;
  /** Takes Q at a state (row i of y) and time; the products below are then with its pseudo-inverse. */
  at(time: number, y: Batch, i: number): void;
  /** out[outAt …] = L⁻¹ Bᵀ a, a = row i; [r] */
  whiten(a: Batch, i: number, out: Float64Array, outAt: number): void;
  /** out[outAt …] = B L⁻ᵀ α, [d]; α = white[at …] is overwritten. */
  lift(white: Float64Array, at: number, out: Float64Array, outAt: number): void;
}

/** Column c of B. */
const basisEntry = (range: NoiseRange, j: number, c: number): number =>
  range.basis === 'coordinates' ? Number(range.coordinates[c] === j) : range.basis[j * range.rank + c]!;

const lostRank = (time: number): never =>
  fail('E_COVARIANCE', {
    summary: 'the noise loses a direction',
    got: `G Gᵀ of lower rank at t = ${time}`,
    expected: 'noise that spans the same directions at every state and time',
    tryThis: ['times: where the noise does not vanish'],
  });

export function createNoiseInverse(sde: Sde): NoiseInverse {
  const { dim: d, diffusion } = sde;
  const range = noiseRangeOf(sde);
  const r = range.rank;
  const entries = new Float64Array(entriesLength(diffusion));
  const [Q, QB, L] = [new Float64Array(d * d), new Float64Array(d * r), new Float64Array(r * r)];
  const B = Float64Array.from({ length: d * r }, (_, k) => basisEntry(range, Math.floor(k / r), k % r));
  let known = Number.NaN;

  return {
    rank: r,
    at(time, y, i) {
      if (diffusion.dependsOn !== 'state' && time === known) return;
      known = time;
      diffusion.entries(time, entries, y.data, i * d);
      fillQ(diffusion, entries, Q);
      QB.fill(0);
      L.fill(0);
      for (let j = 0; j < d; j++)
        for (let k = 0; k < d; k++) for (let c = 0; c < r; c++) QB[j * r + c]! += Q[j * d + k]! * B[k * r + c]!;
      for (let j = 0; j < d; j++)
        for (let a = 0; a < r; a++) for (let c = 0; c < r; c++) L[a * r + c]! += B[j * r + a]! * QB[j * r + c]!;
      if (cholesky(r, L, 0, L, 0) >= 0) lostRank(time);
      for (let c = 0; c < r; c++) if (L[c * r + c] === 0) lostRank(time);
    },
    whiten(a, i, out, outAt) {
      for (let c = 0; c < r; c++) {
        let sum = 0;
        for (let j = 0; j < d; j++) sum += B[j * r + c]! * a.data[i * d + j]!;
        out[outAt + c] = sum;
      }
      solveLower(r, L, 0, out, outAt, out, outAt);
    },
    lift(white, at, out, outAt) {
      solveLowerTransposed(r, L, 0, white, at, 1, white, at);
      for (let j = 0; j < d; j++) {
        let sum = 0;
        for (let c = 0; c < r; c++) sum += B[j * r + c]! * white[at + c]!;
        out[outAt + j] = sum;
      }
    },
  };
}
