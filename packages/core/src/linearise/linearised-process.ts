/**
 * What the fillers of a kernel know of a process, and the function they give.
 */
import type { Batch, Diffusion, MatrixStructure } from '../contracts/index.js';

export interface LinearisedProcess {
  readonly dim: number;
  readonly diffusion: Diffusion;
  readonly jacobianStructure: MatrixStructure;
  /** Of the kernel's root. */
  readonly structure: MatrixStructure;
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
