/**
 * Sample means beside what they should be, in standard errors. The largest of k of them is held to √(16 + 2 ln k): four standard errors, widened so that looking at many
 * raises no more alarms than looking at one.
 */
import { assertWithin, type Measurement } from './contract.js';

export const severalErrors = (count: number): number => Math.sqrt(16 + 2 * Math.log(count));

/** Mean and standard error of the mean. */
export const meanOf = (values: ArrayLike<number>): { readonly mean: number; readonly error: number } => {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2;
  return { mean, error: Math.sqrt(squares / (n - 1) / n) };
};

/** How far a mean is from what it should be. `slack`: error of another kind that is allowed beside, in the unit of the mean. */
export interface Deviation {
  readonly mean: number;
  readonly error: number;
  readonly expected: number;
  readonly slack?: number;
}

/** The largest deviation in standard errors; E_CONTRACT beyond what `severalErrors` allows. Rounding is forgiven: 1e-12 of the expected number. */
export const assertMeans = (what: string, deviations: readonly Deviation[]): Measurement => {
  const standard = deviations.map(({ mean, error, expected, slack = 0 }) => {
    const beyond = Math.abs(mean - expected) - slack - 1e-12 * (1 + Math.abs(expected));
    return beyond > 0 ? beyond / error : Number.isNaN(beyond) ? Number.NaN : 0;
  });
  const worst = standard.reduce((most, each) => (each <= most ? most : each), 0);
  return assertWithin({ what: `${what}, standard errors`, value: worst, limit: severalErrors(deviations.length) });
};
