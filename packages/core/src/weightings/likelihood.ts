/**
 * W(t) = Q(t), the weight under which the loss bounds the likelihood (MATH §5, §5.8): its diagonal in the orthonormal basis B [d, r] of the noise range,
 *
 *     w_k(t) = b_kᵀ Q(t) b_k = ‖G(t)ᵀ b_k‖²
 *
 * which is all of it where Bᵀ Q B is diagonal. That is tested at nine times when the weight is made.
 *
 * Throws E_INCOMPATIBLE where Bᵀ Q B has entries off its diagonal, or Q reads the state.
 */
import { z } from 'zod';
import { zeros } from '../contracts/batch.js';
import type { Weighting, WeightingDefinition } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { liftRange, noiseRangeOf } from '../linearise/index.js';
import { applyQ, entriesLength } from '../numerics/index.js';
import { noiseOperators } from '../structures/table.js';

const options = z.strictObject({});

const probes = 9;
/** Off-diagonal entries this small against their diagonal are rounding of a product of d terms. */
const rounding = 1e-12;

/** Writes (Bᵀ Q(t) B)_kl, [r, r] row-major. */
const createProjectedQ = (sde: Sde) => {
  const { dim, diffusion } = sde;
  const range = noiseRangeOf(sde);
  const r = range.rank;
  const unit = zeros(r, r);
  for (let k = 0; k < r; k++) unit.data[k * r + k] = 1;
  const basis = zeros(r, dim); // row k is b_k
  liftRange(range, unit, basis);
  const G = new Float64Array(entriesLength(diffusion));
  const Qb = new Float64Array(dim);
  return (t: number, out: Float64Array): void => {
    diffusion.entries(t, G);
    for (let k = 0; k < r; k++) {
      Qb.fill(0);
      applyQ(diffusion, G, basis.data, k * dim, 1, Qb, 0);
      for (let l = 0; l < r; l++) {
        let sum = 0;
        for (let j = 0; j < dim; j++) sum += basis.data[l * dim + j]! * Qb[j]!;
        out[k * r + l] = sum;
      }
    }
  };
};

const refuse = (got: string): never =>
  fail('E_INCOMPATIBLE', {
    summary: "weight 'likelihood' is not diagonal for this process",
    got,
    expected: 'a noise covariance Q(t) that is diagonal in the basis of the noise range',
    tryThis: [
      'weighting.id: noise-normalised',
      'weighting.id: unit',
      'declare a noiseRange whose basis are eigenvectors of Q',
    ],
  });

export const likelihoodWeighting: WeightingDefinition<z.infer<typeof options>> = {
  id: 'likelihood',
  summary: 'W = Q(t): the weight under which the loss bounds the likelihood',
  options,
  dependsOn: 'time',
  create(_, { sde }) {
    const { diffusion } = sde;
    if (diffusion.dependsOn === 'state') return refuse('noise that depends on the state');
    if (diffusion.structure === 'scalar') {
      const g = new Float64Array(1); // Q = g² I in every orthonormal basis
      return {
        diagonal(t, out) {
          diffusion.entries(t, g);
          out.fill(g[0]! * g[0]!);
        },
      };
    }
    const range = noiseRangeOf(sde);
    return range.basis === 'coordinates' ? byCoordinates(sde, range.coordinates) : byBasis(sde, range.rank);
  },
};

/** Times at which Q is looked at. */
const probesOf = ({ span }: Sde): number[] =>
  Array.from({ length: probes }, (_, j) => span.t0 + ((j + 0.5) / probes) * (span.T - span.t0));

/** w_k = Q_jj of coordinate j = j_k; O(d) whatever the structure of G. */
const byCoordinates = (sde: Sde, coordinates: readonly number[]): Weighting => {
  const { dim, diffusion } = sde;
  const { length, variances, isDiagonal } = noiseOperators(diffusion);
  const G = new Float64Array(length);
  const own = new Float64Array(dim);
  for (const t of probesOf(sde)) {
    diffusion.entries(t, G);
    if (!isDiagonal(G, rounding)) return refuse(`entries off the diagonal of Q at t = ${t}`);
  }
  return {
    diagonal(t, out) {
      diffusion.entries(t, G);
      variances(G, own);
      for (let k = 0; k < coordinates.length; k++) out[k] = own[coordinates[k]!]!;
    },
  };
};

const byBasis = (sde: Sde, r: number): Weighting => {
  const projectedQ = createProjectedQ(sde);
  const Q = new Float64Array(r * r);
  for (const t of probesOf(sde)) {
    projectedQ(t, Q);
    for (let k = 0; k < r * r; k++) {
      const [row, column] = [Math.floor(k / r), k % r];
      const size = Math.sqrt(Q[row * r + row]! * Q[column * r + column]!);
      if (row !== column && Math.abs(Q[k]!) > rounding * size) {
        return refuse(`an entry ${Q[k]} at (${row}, ${column}) of Bᵀ Q B at t = ${t}`);
      }
    }
  }
  return {
    diagonal(t, out) {
      projectedQ(t, Q);
      for (let k = 0; k < r; k++) out[k] = Q[k * r + k]!;
    },
  };
};
