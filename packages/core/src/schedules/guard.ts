/**
 * The stability guard of local linearisation: a mean grows like e^{λ μ} along a direction in which the drift expands at rate μ, so that rare points between modes would
 * dominate every average (MATH §4.3). A lag λ is stable at a point where
 *
 *     λ · max(0, λ_max(½ (J + Jᵀ))) ≤ 1      ⇔      1/λ · I − ½ (J + Jᵀ) is positive semidefinite
 *
 * and acceptable where that holds for 99 % of the pilot at each of its times. For a time-changed process J is that of its base f̄ and λ is measured in the clock.
 *
 * The lag is capped for everyone at once: a lag that read y_s would weigh samples by where they start.
 *
 * Throws E_SCHEDULE where no lag is stable.
 */
import type { Batch } from '../contracts/batch.js';
import type { JacobianField } from '../contracts/capabilities.js';
import type { Sde } from '../contracts/sde.js';
import { type ErrorDetails, fail } from '../errors.js';
import { cholesky, finiteDifferenceJacobian, jacobianLength } from '../numerics/index.js';
import type { Pilot } from '../training/pilot.js';

/** The process that is linearised: f̄, Q̄ in the clock where there is one, else the process itself. */
export const linearisedProcess = (sde: Sde): Sde => sde.timeChange?.base ?? sde;

const almostAll = 0.99;
const guardTimes = 16;
const relativePrecision = 1e-3;
const bisections = 60;

/** Paths of the pilot that the guard of a fixed lag looks at. */
export const guardPaths = 512;

const isStable = (
  field: JacobianField,
  d: number,
  entries: Float64Array,
  row: number,
  lag: number,
  scratch: Float64Array,
) => {
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

/** Tells whether almost all rows of a batch bear a lag. The Jacobian is evaluated once for many lags. */
export type StabilityTest = (lag: number) => boolean;

export const stabilityAt = (sde: Sde, y: Batch, t: number): StabilityTest => {
  const process = linearisedProcess(sde);
  const field = process.jacobian ?? finiteDifferenceJacobian(process);
  const entries = new Float64Array(y.n * jacobianLength(field.structure, y.d));
  field.entries(y, new Float64Array(y.n).fill(t), entries);
  const scratch = new Float64Array(y.d * y.d);
  return (lag) => {
    let stable = 0;
    for (let i = 0; i < y.n; i++) if (isStable(field, y.d, entries, i, lag, scratch)) stable++;
    return stable >= almostAll * y.n;
  };
};

/** The largest lag ≤ `requested` that almost all of the pilot bears at each of 16 times from t0 on. */
export const stableLag = (sde: Sde, pilot: Pilot, requested: number): { lag: number; capped: boolean } => {
  const { t0, T } = sde.span;
  const tests = Array.from({ length: guardTimes }, (_, j) => {
    const s = t0 + (j / guardTimes) * (T - t0);
    return stabilityAt(sde, pilot.at(s), s);
  });
  const stable: StabilityTest = (lag) => tests.every((test) => test(lag));
  if (stable(requested)) return { lag: requested, capped: false };
  let low = 0;
  let high = requested;
  for (let k = 0; k < bisections && high - low > relativePrecision * high; k++) {
    const middle = 0.5 * (low + high);
    if (stable(middle)) low = middle;
    else high = middle;
  }
  return low > 0 ? { lag: low, capped: true } : fail('E_SCHEDULE', unstable(high));
};

const unstable = (lag: number): ErrorDetails => ({
  summary: 'no lag is stable for this process',
  got: `λ · λ_max(sym J) above 1 on more than 1 % of the pilot even at a lag of ${lag}`,
  expected: 'a drift whose Jacobian has bounded positive eigenvalues',
  tryThis: ['check the drift and its Jacobian for values that are not numbers', 'check the scale of the data'],
});
