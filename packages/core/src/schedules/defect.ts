/**
 * How far the linearised kernel over [s, t] is from the process, in units of its own noise (MATH §4.4). For pilot states y_s and draws y_t = m + L z,
 *
 *     δ = f(y_t, t) − [ f_s + J (y_t − y_s) + a τ ],    e = (τ/2) δ,    ρ = ‖L⁻¹ e‖
 *
 * J and a = ∂f/∂t at (y_s, s); for a time-changed process f̄ and J̄ in the clock, τ = B(t) − B(s), a = 0. The defect grows linearly within the lag, hence τ/2.
 * ρ is heavy-tailed: mean and 99 % quantile are used, never a root mean square.
 */
import { type Batch, zeroField, zeros } from '../contracts/batch.js';
import type { Key } from '../contracts/random.js';
import type { Sde } from '../contracts/sde.js';
import { isFokkerError } from '../errors.js';
import { createLineariser, drawFromKernel } from '../linearise/index.js';
import {
  driftTimeDifference,
  fillNormal,
  finiteDifferenceJacobian,
  jacobianLength,
  jacobianVector,
} from '../numerics/index.js';
import { rootOperators } from '../structures/table.js';
import { linearisedProcess } from './guard.js';

export interface Defect {
  readonly mean: number;
  /** 99 % quantile. */
  readonly high: number;
}

/** What a kernel that cannot be formed is worth: no lag with it is accepted. */
const unusable: Defect = { mean: Number.POSITIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** Measures ρ of the lag from s to t on states `ys` at s; the same draws z for every lag. */
export type DefectMeter = (ys: Batch, s: number, t: number) => Defect;

export const createDefectMeter = (sde: Sde, key: Key): DefectMeter => {
  const d = sde.dim;
  const process = linearisedProcess(sde);
  const jacobian = process.jacobian ?? finiteDifferenceJacobian(process);
  const lineariser = createLineariser(sde);
  const roots = rootOperators(lineariser.form, d);
  const clock = sde.timeChange?.clock;
  const driftTime = clock === undefined ? (process.driftTime ?? driftTimeDifference(process)) : zeroField;

  return (ys, s, t) => {
    const { n } = ys;
    const starts = new Float64Array(n).fill(s);
    const ends = new Float64Array(n).fill(t);
    const lag = clock === undefined ? t - s : clock.B(t) - clock.B(s);
    const z = new Float64Array(n * d);
    const yt = zeros(n, d);
    fillNormal(key, 0, n, d, z);
    const kernel = kernelOrNothing(() => lineariser.kernel(ys, starts, ends));
    if (kernel === undefined) return unusable;
    drawFromKernel(kernel, z, 1, yt);

    const moved = zeros(n, d);
    const fs = zeros(n, d);
    const ft = zeros(n, d);
    const linear = zeros(n, d);
    const a = zeros(n, d);
    for (let k = 0; k < n * d; k++) moved.data[k] = yt.data[k]! - ys.data[k]!;
    process.drift(ys, starts, fs);
    process.drift(yt, ends, ft);
    driftTime(ys, starts, a);
    const entries = new Float64Array(n * jacobianLength(jacobian, d));
    jacobian.entries(ys, starts, entries);
    jacobianVector(jacobian, d, entries, moved, linear);

    const rho = new Float64Array(n);
    const e = new Float64Array(d);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0, k = i * d; j < d; j++, k++) {
        e[j] = 0.5 * lag * (ft.data[k]! - fs.data[k]! - linear.data[k]! - a.data[k]! * lag);
      }
      roots.solve(kernel.root, i * roots.length, e, 0, 1, e, 0);
      let square = 0;
      for (let j = 0; j < d; j++) square += e[j]! * e[j]!;
      rho[i] = Math.sqrt(square);
      sum += rho[i]!;
    }
    if (!Number.isFinite(sum)) return unusable;
    return { mean: sum / n, high: rho.sort()[Math.floor(0.99 * (n - 1))]! };
  };
};

/** The kernel, or nothing where its covariance cannot be factored: such a lag is not to be used. */
const kernelOrNothing = <T>(form: () => T): T | undefined => {
  try {
    return form();
  } catch (error) {
    if (isFokkerError(error) && (error.code === 'E_COVARIANCE' || error.code === 'E_NOT_FINITE')) return undefined;
    throw error;
  }
};
