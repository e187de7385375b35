/**
 * What the ways of linearising know of a process, and what they give.
 */
import type { ActionForm, Batch, Diffusion, MatrixForm, RootForm } from '../contracts/index.js';

export interface LinearisedProcess {
  readonly dim: number;
  readonly diffusion: Diffusion;
  readonly jacobian: MatrixForm | ActionForm;
  readonly t0: number;
}

/** Fills mean [n, d] and root from drift f, entries of J, second-order drift a, starts s and lags τ. */
export type KernelFill = (
  ys: Batch,
  f: Batch,
  J: Float64Array,
  a: Batch | undefined,
  s: Float64Array,
  lag: Float64Array,
  mean: Batch,
  root: Float64Array,
) => void;

export interface Linearisation {
  /** Of the kernel's root. */
  readonly form: RootForm;
  readonly fill: KernelFill;
}

/** A way of linearising, or nothing where J and G are not of its kind. */
export type LinearisationWay = (process: LinearisedProcess) => Linearisation | undefined;
