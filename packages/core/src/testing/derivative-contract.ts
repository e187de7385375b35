/**
 * Declared derivatives against differences (numerics/jacobian.ts, good to about 1e-11 for processes of order one).
 *
 *     J ≈ ∂f/∂y    ∇·f ≈ tr J    ∂f/∂t    ½ Q:∇²f ≈ ½ Σ_k D²f[g_k, g_k], g_k the columns of G    J_φ w    ∇·Q, ½ ∂∂:Q
 */

import { type Batch, type VectorField, zeros } from '../contracts/batch.js';
import type { JacobianField } from '../contracts/matrix.js';
import type { Sde } from '../contracts/sde.js';
import { itoDifference } from '../linearise/ito-difference.js';
import { centralDifference } from '../numerics/differences.js';
import { differenceInTime } from '../numerics/drift-time.js';
import { finiteDifferenceJacobian, jacobianLength, jacobianTrace, jacobianVector } from '../numerics/jacobian.js';
import { noiseDivergenceDifference } from '../numerics/noise-divergence.js';
import { assertAllClose, type Tolerance } from './close.js';
import type { Check, Measurement } from './contract.js';
import { copyOf, type Probes } from './probes.js';

/** Differences keep 1e-11 of numbers of order one; cubes of a few probes reach 1e2. */
export const firstOrder: Tolerance = { rtol: 1e-8, atol: 1e-8 };
/** A second difference keeps about 1e-9. */
const secondOrder: Tolerance = { rtol: 1e-6, atol: 1e-6 };

/** Steps shorter than those by which derivatives are derived: a process that states its own may be sharper than they allow. Rounding leaves 1e-11 and 1e-10. */
const shortTime = 2 ** -13;
const shortReach = 2e-3;

/** Matrices of all d² entries are formed up to this dimension. */
export const largestDense = 64;

/** J as [n, d·d] whatever its structure: the images of the unit vectors. */
export const denseOf = (field: JacobianField, { y, t }: Probes): Float64Array => {
  const d = y.d;
  const entries = new Float64Array(y.n * jacobianLength(field, d)).fill(Number.NaN); // what is left unwritten shows
  field.entries(y, t, entries);
  const dense = new Float64Array(y.n * d * d);
  const [unit, image] = [zeros(y.n, d), zeros(y.n, d)];
  for (let j = 0; j < d; j++) {
    unit.data.fill(0);
    for (let i = 0; i < y.n; i++) unit.data[i * d + j] = 1;
    jacobianVector(field, d, entries, unit, image);
    for (let i = 0; i < y.n; i++) for (let k = 0; k < d; k++) dense[(i * d + k) * d + j] = image.data[i * d + k]!;
  }
  return dense;
};

export const derivativeCases = (sde: Sde, probes: Probes): readonly Check[] => {
  const { y, t } = probes;
  const { jacobian, divergence, driftTime, itoTerm, features, noiseDivergence } = sde;
  const cases: Check[] = [];
  if (jacobian !== undefined) {
    cases.push({
      name: 'jacobian: J w equals the differences of the drift along w',
      run() {
        const [w, jw] = [copyOf(y), zeros(y.n, y.d)];
        w.data.reverse();
        const entries = new Float64Array(y.n * jacobianLength(jacobian, y.d));
        jacobian.entries(y, t, entries);
        jacobianVector(jacobian, y.d, entries, w, jw);
        return assertAllClose('J w', jw.data, alongBy(sde.drift, y.d, probes, w), firstOrder);
      },
    });
  }
  if (jacobian !== undefined && sde.dim <= largestDense) {
    cases.push({
      name: 'row 56: jacobian equals the differences of the drift',
      run: () =>
        assertAllClose('J', denseOf(jacobian, probes), denseOf(finiteDifferenceJacobian(sde), probes), firstOrder),
    });
  }
  if (divergence !== undefined && sde.dim <= largestDense) {
    cases.push({
      name: 'divergence equals the trace of the differences',
      run() {
        const [own, trace] = [new Float64Array(y.n), new Float64Array(y.n)];
        divergence(y, t, own);
        const field = finiteDifferenceJacobian(sde);
        jacobianTrace(field, sde.dim, denseOf(field, probes), y.n, trace);
        return assertAllClose('∇·f', own, trace, firstOrder);
      },
    });
  }
  if (driftTime !== undefined)
    cases.push(vectorCase('driftTime', driftTime, differenceInTime(sde, shortTime), inside(sde, probes), firstOrder));
  if (itoTerm !== undefined && sde.dim <= largestDense)
    cases.push(vectorCase('itoTerm', itoTerm, itoDifference(sde, shortReach), probes, secondOrder));
  if (noiseDivergence !== undefined && sde.dim <= largestDense) {
    cases.push({
      name: 'noiseDivergence equals the differences of Q',
      run() {
        const by = noiseDivergenceDifference(sde);
        const [half, halfBy] = [new Float64Array(y.n), new Float64Array(y.n)];
        noiseDivergence.halfHessianTrace(y, t, half);
        by.halfHessianTrace(y, t, halfBy);
        return [
          compareFields('∇·Q', noiseDivergence.divergence, by.divergence, probes, firstOrder),
          assertAllClose('½ ∂∂:Q', half, halfBy, secondOrder),
        ];
      },
    });
  }
  if (features !== undefined) {
    cases.push({
      name: 'features: J_φ w equals the differences of φ',
      run() {
        const w = copyOf(y);
        w.data.reverse();
        const jw = zeros(y.n, features.dim);
        features.jvp(y, t, w, jw);
        return assertAllClose('J_φ w', jw.data, alongBy(features.evaluate, features.dim, probes, w), firstOrder);
      },
    });
  }
  return cases;
};

const compareFields = (
  name: string,
  own: VectorField,
  by: VectorField,
  { y, t }: Probes,
  within: Tolerance,
): Measurement => {
  const [a, b] = [zeros(y.n, y.d), zeros(y.n, y.d)];
  own(y, t, a);
  by(y, t, b);
  return assertAllClose(name, a.data, b.data, within);
};

const vectorCase = (...[name, own, by, probes, within]: Parameters<typeof compareFields>): Check => ({
  name: `${name} equals the differences of the drift`,
  run: () => compareFields(name, own, by, probes, within),
});

/** Times at least four steps of the time difference away from both ends. */
const inside = ({ span }: Sde, { y, t }: Probes): Probes => {
  const margin = 2 ** -8 * (span.T - span.t0);
  return { y, t: t.map((at) => Math.min(Math.max(at, span.t0 + margin), span.T - margin)) };
};

/** The difference of φ along w, [n, k]. */
const alongBy = (field: VectorField, k: number, { y, t }: Probes, w: Batch): Float64Array => {
  const h = 2 ** -10;
  const sum = new Float64Array(y.n * k);
  for (const [offset, weight] of centralDifference) {
    const [moved, value] = [copyOf(y), zeros(y.n, k)];
    for (let i = 0; i < y.data.length; i++) moved.data[i]! += offset * h * w.data[i]!;
    field(moved, t, value);
    for (let i = 0; i < sum.length; i++) sum[i]! += (weight * value.data[i]!) / (12 * h);
  }
  return sum;
};
