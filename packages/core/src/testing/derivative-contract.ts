/**
 * Declared derivatives against differences (numerics/jacobian.ts, good to about 1e-11 for processes of order one).
 *
 *     J ≈ ∂f/∂y    ∇·f ≈ tr J    ∂f/∂t    ½ Q:∇²f ≈ ½ Σ_k D²f[g_k, g_k], g_k the columns of G    J_φ w
 */

import { type Batch, type VectorField, zeros } from '../contracts/batch.js';
import type { JacobianField } from '../contracts/matrix.js';
import type { Sde } from '../contracts/sde.js';
import { itoDifference } from '../linearise/ito-difference.js';
import { centralDifference } from '../numerics/differences.js';
import { differenceInTime } from '../numerics/drift-time.js';
import { finiteDifferenceJacobian, jacobianLength, jacobianTrace, jacobianVector } from '../numerics/jacobian.js';
import { assertAllClose, type Tolerance } from './close.js';
import type { ContractCase } from './contract.js';
import { copyOf, type Probes } from './probes.js';

/** Differences keep 1e-11 of numbers of order one; cubes of a few probes reach 1e2. */
export const firstOrder: Tolerance = { rtol: 1e-8, atol: 1e-8 };
/** A second difference keeps about 1e-9. */
const secondOrder: Tolerance = { rtol: 1e-6, atol: 1e-6 };

/** J as [n, d·d] whatever its structure: the images of the unit vectors. */
export const denseOf = (field: JacobianField, { y, t }: Probes): Float64Array => {
  const d = y.d;
  const entries = new Float64Array(y.n * jacobianLength(field, d));
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

export const derivativeCases = (sde: Sde, probes: Probes): readonly ContractCase[] => {
  const { y, t } = probes;
  const { jacobian, divergence, driftTime, itoTerm, features } = sde;
  const cases: ContractCase[] = [];
  if (jacobian !== undefined) {
    cases.push({
      name: 'row 56: jacobian equals the differences of the drift',
      run: () =>
        assertAllClose('J', denseOf(jacobian, probes), denseOf(finiteDifferenceJacobian(sde), probes), firstOrder),
    });
  }
  if (divergence !== undefined) {
    cases.push({
      name: 'divergence equals the trace of the differences',
      run() {
        const [own, trace] = [new Float64Array(y.n), new Float64Array(y.n)];
        divergence(y, t, own);
        const field = finiteDifferenceJacobian(sde);
        jacobianTrace(field, sde.dim, denseOf(field, probes), y.n, trace);
        assertAllClose('∇·f', own, trace, firstOrder);
      },
    });
  }
  if (driftTime !== undefined)
    cases.push(vectorCase('driftTime', driftTime, differenceInTime(sde), inside(sde, probes), firstOrder));
  if (itoTerm !== undefined) cases.push(vectorCase('itoTerm', itoTerm, itoDifference(sde), probes, secondOrder));
  if (features !== undefined) {
    cases.push({
      name: 'features: J_φ w equals the differences of φ',
      run() {
        const w = copyOf(y);
        w.data.reverse();
        const jw = zeros(y.n, features.dim);
        features.jvp(y, t, w, jw);
        assertAllClose('J_φ w', jw.data, alongBy(features.evaluate, features.dim, probes, w), firstOrder);
      },
    });
  }
  return cases;
};

const vectorCase = (
  name: string,
  own: VectorField,
  by: VectorField,
  { y, t }: Probes,
  within: Tolerance,
): ContractCase => ({
  name: `${name} equals the differences of the drift`,
  run() {
    const [a, b] = [zeros(y.n, y.d), zeros(y.n, y.d)];
    own(y, t, a);
    by(y, t, b);
    assertAllClose(name, a.data, b.data, within);
  },
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
