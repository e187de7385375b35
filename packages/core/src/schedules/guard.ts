/**
 * The stability guard of local linearisation: a mean grows like e^{λ μ} along a direction in which the drift expands at rate μ, so that rare points between modes
 * would dominate every average (MATH §4.3). With μ⁺ = max(0, λ_max(½ (J + Jᵀ))) over a pilot, a lag λ is borne when
 *
 *     λ μ⁺ ≤ 1   at 99 % of the paths, at each time
 *     λ μ⁺ ≤ 4   at all paths and times
 *
 * For a time-changed process J is that of its base f̄ and λ is measured in the clock. The second line is ours: in the 1-D mixture of MATH §0 (fact 10), where fewer than
 * 1 % of the paths are between the modes, the mean error is harmless at λ μ⁺ = 6 and ruinous at 12, and training meets rarer points than a pilot does.
 *
 * The lag is capped for everyone at once: a lag that read y_s would weigh samples by where they start.
 *
 * Throws E_SCHEDULE where no lag is borne.
 */
import type { Batch } from '../contracts/batch.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { finiteDifferenceJacobian } from '../numerics/index.js';
import { matrixOperators } from '../structures/table.js';
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

export const stabilityAt = (sde: Sde, y: Batch, t: number): Stability => {
  const process = linearisedProcess(sde);
  const field = process.jacobian ?? finiteDifferenceJacobian(process);
  const { length, growth } = matrixOperators(field, y.d);
  const entries = new Float64Array(y.n * length);
  field.entries(y, new Float64Array(y.n).fill(t), entries);
  const mu = Float64Array.from({ length: y.n }, (_, i) => growth(entries, i * length));
  return {
    usually: (lag) => mu.filter((rate) => lag * rate <= 1).length >= almostAll * y.n,
    always: (lag) => mu.every((rate) => (lag / rarest) * rate <= 1),
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
