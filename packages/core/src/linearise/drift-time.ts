/**
 * ∂f/∂t for the second-order drift of the linearised mean: as declared, by differences where the drift reads t, none where it does not.
 */
import { differenceInTime, driftDependsOnTime } from '../composition/time-differences.js';
import type { Sde, VectorField } from '../contracts/index.js';

/** ∂f/∂t of a drift that does not read t: declare it as `driftTime` and nothing has to be found out. */
export const autonomous: VectorField = (y, _t, out) => {
  out.data.fill(0, 0, y.n * y.d);
};

/** Undefined where the drift does not read t. */
export const driftTimeOf = (sde: Pick<Sde, 'dim' | 'drift' | 'span' | 'driftTime'>): VectorField | undefined => {
  if (sde.driftTime !== undefined) return sde.driftTime === autonomous ? undefined : sde.driftTime;
  return driftDependsOnTime(sde) ? differenceInTime(sde) : undefined;
};
