/**
 * How far the linearised kernel over [s, t] is from the process, in units of its own noise (MATH §4.4). For pilot states y_s and draws y_t = m + L z,
 *
 *     δ = f(y_t, t) − [ f_s + J (y_t − y_s) + a τ ],    e = (τ/2) δ,    ρ = ‖L⁻¹ e‖
 *
 * J and a = ∂f/∂t (Itô-corrected: + ½ Q:∇²f) at (y_s, s), as the kernel has them; for a time-changed process f̄ and J̄ in the clock, τ = B(t) − B(s). The defect grows
 * linearly within the lag, hence τ/2. ρ is heavy-tailed: mean and 99 % quantile are used, never a root mean square.
 */
import { type Batch, type VectorField, zeroField, zeros } from '../contracts/batch.js';
import type { GaussianKernel } from '../contracts/matrix.js';
import type { Key } from '../contracts/random.js';
import type { Sde } from '../contracts/sde.js';
import { isFokkerError } from '../errors.js';
import { createLineariser, drawFromKernel, itoDifference, type LinearisationOptions } from '../linearise/index.js';
import {
  driftTimeDifference,
  fillNormal,
  finiteDifferenceJacobian,
  jacobianLength,
  jacobianVector,
} from '../numerics/index.js';
import { rootOperators } from '../structures/table.js';
import { linearisedProcess } from './guard.js';

export interface Defects {
  /** ρ of each row, [n]. */
  readonly rho: Float64Array;
  /** δ, [n, d]. */
  readonly delta: Batch;
  /** τ, in the clock where there is one. */
  readonly lag: number;
}

/** Defects of the lag from s to t on states `ys` at s; the same draws z for every lag. */
export type DefectRows = (ys: Batch, s: number, t: number) => Defects;

/** Throws what the lineariser throws: E_COVARIANCE, E_NOT_FINITE where the kernel cannot be formed. */
export const createDefectRows = (sde: Sde, key: Key, { ito = false }: LinearisationOptions = {}): DefectRows => {
  const d = sde.dim;
  const process = linearisedProcess(sde);
  const jacobian = process.jacobian ?? finiteDifferenceJacobian(process);
  const lineariser = createLineariser(sde, { ito });
  const clock = sde.timeChange?.clock;
  const driftTime = clock === undefined ? (process.driftTime ?? driftTimeDifference(process)) : zeroField;
  const itoTerm = ito ? (process.itoTerm ?? itoDifference(process)) : zeroField;

  return (ys, s, t) => {
    const { n } = ys;
    const lag = clock === undefined ? t - s : clock.B(t) - clock.B(s);
    const [starts, ends] = [new Float64Array(n).fill(s), new Float64Array(n).fill(t)];
    const kernel = lineariser.kernel(ys, starts, ends);
    const z = new Float64Array(n * d);
    const yt = zeros(n, d);
    fillNormal(key, 0, n, d, z);
    drawFromKernel(kernel, z, 1, yt);

    const at = (field: VectorField, y: Batch, times: Float64Array): Float64Array => {
      const out = zeros(n, d);
      field(y, times, out);
      return out.data;
    };
    const drift: VectorField = (y, times, out) => process.drift(y, times, out);
    const [fs, ft] = [at(drift, ys, starts), at(drift, yt, ends)];
    const [a, correction] = [at(driftTime, ys, starts), at(itoTerm, ys, starts)];
    const [moved, linear, delta] = [zeros(n, d), zeros(n, d), zeros(n, d)];
    const entries = new Float64Array(n * jacobianLength(jacobian, d));
    for (let k = 0; k < n * d; k++) moved.data[k] = yt.data[k]! - ys.data[k]!;
    jacobian.entries(ys, starts, entries);
    jacobianVector(jacobian, d, entries, moved, linear);
    for (let k = 0; k < n * d; k++) {
      delta.data[k] = ft[k]! - fs[k]! - linear.data[k]! - (a[k]! + correction[k]!) * lag;
    }
    return { rho: noiseUnits(kernel, delta, 0.5 * lag), delta, lag };
  };
};

/** ‖L⁻¹ (scale · v)‖ of each row. A coordinate without noise counts nothing. */
const noiseUnits = (kernel: GaussianKernel, { data, n, d }: Batch, scale: number): Float64Array => {
  const e = new Float64Array(d);
  const { length, solve } = rootOperators(kernel, d);
  return Float64Array.from({ length: n }, (_, i) => {
    solve(kernel.root, i * length, data, i * d, scale, e, 0);
    let square = 0;
    for (let j = 0; j < d; j++) square += e[j]! * e[j]!;
    return Math.sqrt(square);
  });
};

export interface Defect {
  readonly mean: number;
  /** 99 % quantile. */
  readonly high: number;
}

/** Mean and 99 % quantile of ρ; sorts it. */
export const summarise = (rho: Float64Array): Defect => {
  let sum = 0;
  for (const value of rho) sum += value;
  return { mean: sum / rho.length, high: rho.sort()[Math.floor(0.99 * (rho.length - 1))]! };
};

/** What a kernel that cannot be formed is worth: no lag with it is accepted. */
const unusable: Defect = { mean: Number.POSITIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** ρ of the lag from s to t on states `ys` at s, summed up. */
export type DefectMeter = (ys: Batch, s: number, t: number) => Defect;

export const createDefectMeter = (sde: Sde, key: Key): DefectMeter => {
  const rows = createDefectRows(sde, key);
  return (ys, s, t) => {
    const defects = formedOrNothing(() => rows(ys, s, t));
    const found = defects === undefined ? unusable : summarise(defects.rho);
    return Number.isFinite(found.mean) ? found : unusable;
  };
};

/** Nothing where the kernel's covariance cannot be factored: such a lag is not to be used. */
const formedOrNothing = <T>(form: () => T): T | undefined => {
  try {
    return form();
  } catch (error) {
    if (isFokkerError(error) && (error.code === 'E_COVARIANCE' || error.code === 'E_NOT_FINITE')) return undefined;
    throw error;
  }
};
