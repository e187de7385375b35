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
import { noiseOperators } from '../structures/table.js';

type Noisy = Pick<Sde, 'dim' | 'diffusion' | 'span'>;
const probes = 8;

/** The entries of G at every probe. */
const probe = ({ dim: d, diffusion, span }: Noisy): Float64Array[] => {
  const states = new Float64Array(probes * d);
  fillNormal(rootKey(0).at('noise range'), 0, probes, d, states);
  const count = diffusion.dependsOn === 'none' ? 1 : probes;
  return Array.from({ length: count }, (_, p) => {
    const entries = new Float64Array(entriesLength(diffusion));
    diffusion.entries(span.t0 + ((p + 0.5) / count) * (span.T - span.t0), entries, states, p * d);
    return entries;
  });
};

/** The declared range, or the one derived from G. */
export const noiseRangeOf = (sde: Noisy & Pick<Sde, 'noiseRange'>): NoiseRange =>
  sde.noiseRange ?? noiseOperators(sde.diffusion).range(probe(sde));

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
