/**
 * The stability guard of local linearisation: a mean grows like e^{λ μ} along a direction in which the drift expands at rate μ, so that rare points between modes
 * would dominate every average (MATH §4.3). With μ⁺ = max(0, λ_max(½ (J + Jᵀ))) over a pilot, a lag λ is borne when
 *
 *     λ μ⁺ ≤ 1   at 99 % of the paths, at each time
 *     λ μ⁺ ≤ 4   at all paths and times
 *
 * For a time-changed process J is that of its base f̄ and λ is measured in the clock. The second line is ours: in the 1-D mixture of MATH §0 (fact 10), where fewer than
 * 1 % of the paths are between the modes, the mean error is harmless at λ μ⁺ = 6 and ruinous at 12, and training meets rarer points than a pilot does. No eigenvalue
 * is computed:  λ μ⁺ ≤ c  ⇔  I − (λ/c) ½ (J + Jᵀ) is positive definite.
 *
 * The lag is capped for everyone at once: a lag that read y_s would weigh samples by where they start.
 *
 * Throws E_SCHEDULE where no lag is borne.
 */
import type { Batch } from '../contracts/batch.js';
import type { JacobianField } from '../contracts/capabilities.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { cholesky, finiteDifferenceJacobian, jacobianLength } from '../numerics/index.js';
import type { Pilot } from '../training/pilot.js';

/** The process that is linearised: f̄, Q̄ in the clock where there is one, else the process itself. */
export const linearisedProcess = (sde: Sde): Sde => sde.timeChange?.base ?? sde;

const almostAll = 0.99;
const rarest = 4;
const guardTimes = 16;
const relativePrecision = 1e-3;
const bisections = 60;

/** Paths of the pilot that the guard of a fixed lag looks at. */
export const guardPaths = 512;

/** What the rows of a batch bear; the Jacobian is evaluated once for many lags. */
export interface Stability {
  /** λ μ⁺ ≤ 1 at 99 % of the rows. */
  usually(lag: number): boolean;
  /** λ μ⁺ ≤ 4 at every row. */
  always(lag: number): boolean;
}

/** Is `lag` · μ⁺ ≤ 1 at this row? */
const isStable = (
  field: JacobianField,
  d: number,
  entries: Float64Array,
  row: number,
  lag: number,
  scratch: Float64Array,
): boolean => {
  if (field.structure === 'scalar') return lag * entries[row]! <= 1;
  if (field.structure === 'diagonal') {
    for (let j = 0; j < d; j++) if (!(lag * entries[row * d + j]! <= 1)) return false;
    return true;
  }
  const at = row * d * d;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const symmetric = 0.5 * (entries[at + i * d + j]! + entries[at + j * d + i]!);
      scratch[i * d + j] = (i === j ? 1 : 0) - lag * symmetric;
    }
  }
  return cholesky(d, scratch, 0, scratch, 0) < 0;
};

export const stabilityAt = (sde: Sde, y: Batch, t: number): Stability => {
  const process = linearisedProcess(sde);
  const field = process.jacobian ?? finiteDifferenceJacobian(process);
  const entries = new Float64Array(y.n * jacobianLength(field.structure, y.d));
  field.entries(y, new Float64Array(y.n).fill(t), entries);
  const scratch = new Float64Array(y.d * y.d);
  const stableRows = (lag: number): number => {
    let stable = 0;
    for (let i = 0; i < y.n; i++) if (isStable(field, y.d, entries, i, lag, scratch)) stable++;
    return stable;
  };
  return {
    usually: (lag) => stableRows(lag) >= almostAll * y.n,
    always: (lag) => stableRows(lag / rarest) === y.n,
  };
};

export interface CappedLag {
  readonly lag: number;
  readonly capped: boolean;
}

/** The largest lag ≤ `requested` that all of the pilot bears at each of 16 times from t0 on; with `usual`, almost all of it more strictly too. */
const longestBorne = (sde: Sde, pilot: Pilot, requested: number, usual: boolean): CappedLag => {
  const { t0, T } = sde.span;
  const tests = Array.from({ length: guardTimes }, (_, j) => {
    const s = t0 + (j / guardTimes) * (T - t0);
    return stabilityAt(sde, pilot.at(s), s);
  });
  const borne = (lag: number) => tests.every((test) => test.always(lag) && (!usual || test.usually(lag)));
  if (borne(requested)) return { lag: requested, capped: false };
  let low = 0;
  let high = requested;
  for (let k = 0; k < bisections && high - low > relativePrecision * high; k++) {
    const middle = 0.5 * (low + high);
    if (borne(middle)) low = middle;
    else high = middle;
  }
  if (low > 0) return { lag: low, capped: true };
  return fail('E_SCHEDULE', {
    summary: 'no lag is stable for this process',
    got: `a drift that expands faster than one over the lag even at a lag of ${high}`,
    expected: 'a Jacobian whose symmetric part has bounded positive eigenvalues',
    tryThis: ['check the drift and its Jacobian for values that are not numbers', 'check the scale of the data'],
  });
};

/** The largest lag ≤ `requested` that the guard allows at every time. */
export const stableLag = (sde: Sde, pilot: Pilot, requested: number): CappedLag =>
  longestBorne(sde, pilot, requested, true);

/** The same by the bound on rare points alone, for a rule that tests the usual ones time by time. */
export const boundedLag = (sde: Sde, pilot: Pilot, requested: number): CappedLag =>
  longestBorne(sde, pilot, requested, false);
