/**
 * The noise range, range(Q): the subspace where a score matters (losses use its components, samplers need only Q s).
 *
 *     B [d, r] orthonormal:   u = Bᵀ v (project),   v = B u (lift);   for coordinate ranges B picks coordinates
 *
 * Derived from G where a process does not declare it: G is probed at times over the span (and at a few states where it depends on them), its columns are
 * orthonormalised with pivoting. The range is taken to be the same at all times; a process without noise has the empty one, of rank 0.
 */
import type { Batch, NoiseRange, Sde } from '../contracts/index.js';
import { entriesLength } from '../numerics/noise.js';
import { fillNormal, rootKey } from '../numerics/random.js';

type Noisy = Pick<Sde, 'dim' | 'diffusion' | 'span'>;
const probes = 8;

/** Calls `visit` with the entries of G at every probe. */
const probe = ({ dim: d, diffusion, span }: Noisy, visit: (entries: Float64Array) => void): void => {
  const entries = new Float64Array(entriesLength(diffusion.structure, d, diffusion.noiseDim));
  const states = new Float64Array(probes * d);
  fillNormal(rootKey(0).at('noise range'), 0, probes, d, states);
  const count = diffusion.dependsOn === 'none' ? 1 : probes;
  for (let p = 0; p < count; p++) {
    diffusion.entries(span.t0 + ((p + 0.5) / count) * (span.T - span.t0), entries, states, p * d);
    visit(entries);
  }
};

const squaredLength = (v: Float64Array): number => v.reduce((sum, x) => sum + x * x, 0);

/** Modified Gram–Schmidt with pivoting, twice over; vectors below 1e-10 of the longest count as dependent. */
const orthonormalise = (columns: Float64Array[]): Float64Array[] => {
  const rest = columns.map((column) => column.slice());
  const basis: Float64Array[] = [];
  const largest = Math.max(0, ...rest.map(squaredLength));
  while (rest.length > 0) {
    let best = 0;
    for (let c = 1; c < rest.length; c++) if (squaredLength(rest[c]!) > squaredLength(rest[best]!)) best = c;
    const vector = rest.splice(best, 1)[0]!;
    if (!(squaredLength(vector) > 1e-20 * largest)) break;
    for (const b of basis) subtractAlong(vector, b);
    const length = Math.sqrt(squaredLength(vector));
    const unit = vector.map((x) => x / length);
    basis.push(unit);
    for (const other of rest) subtractAlong(other, unit);
  }
  return basis;
};
const subtractAlong = (v: Float64Array, unit: Float64Array): void => {
  let along = 0;
  for (let i = 0; i < v.length; i++) along += v[i]! * unit[i]!;
  for (let i = 0; i < v.length; i++) v[i]! -= along * unit[i]!;
};

const coordinateRange = (coordinates: readonly number[]): NoiseRange => ({
  rank: coordinates.length,
  basis: 'coordinates',
  coordinates,
});

/** The declared range, or the one derived from G. */
export const noiseRangeOf = (sde: Noisy & Pick<Sde, 'noiseRange'>): NoiseRange => {
  if (sde.noiseRange) return sde.noiseRange;
  const { dim: d, diffusion } = sde;
  const all = Array.from({ length: d }, (_, i) => i);
  const touched = new Set<number>();
  const columns: Float64Array[] = [];
  const dense = diffusion.structure === 'dense';
  const m = dense ? diffusion.noiseDim : 1;
  probe(sde, (entries) => {
    entries.forEach((value, k) => {
      if (value !== 0) touched.add(Math.floor(k / m));
    });
    if (!dense) return;
    for (let j = 0; j < m; j++) columns.push(Float64Array.from(all, (i) => entries[i * m + j]!));
  });
  const coordinates = all.filter((i) => touched.has(i));
  if (diffusion.structure === 'scalar') return coordinateRange(touched.size === 0 ? [] : all);
  if (!dense) return coordinateRange(coordinates);
  const vectors = orthonormalise(columns);
  if (vectors.length === coordinates.length) return coordinateRange(coordinates);
  const basis = new Float64Array(d * vectors.length);
  vectors.forEach((vector, c) => {
    for (let i = 0; i < d; i++) basis[i * vectors.length + c] = vector[i]!;
  });
  return { rank: vectors.length, basis };
};

/** out [n, r] = Bᵀ v, v [n, d]. */
export const projectRange = (range: NoiseRange, v: Batch, out: Batch): void => {
  const r = range.rank;
  for (let i = 0; i < v.n; i++) {
    for (let c = 0; c < r; c++) {
      if (range.basis === 'coordinates') {
        out.data[i * r + c] = v.data[i * v.d + range.coordinates[c]!]!;
        continue;
      }
      let sum = 0;
      for (let j = 0; j < v.d; j++) sum += range.basis[j * r + c]! * v.data[i * v.d + j]!;
      out.data[i * r + c] = sum;
    }
  }
};

/** out [n, d] = B u, u [n, r]. */
export const liftRange = (range: NoiseRange, u: Batch, out: Batch): void => {
  const r = range.rank;
  const d = out.d;
  for (let i = 0; i < u.n; i++) {
    for (let j = 0; j < d; j++) out.data[i * d + j] = 0;
    for (let c = 0; c < r; c++) {
      const value = u.data[i * r + c]!;
      if (range.basis === 'coordinates') out.data[i * d + range.coordinates[c]!] = value;
      else for (let j = 0; j < d; j++) out.data[i * d + j]! += range.basis[j * r + c]! * value;
    }
  }
};
