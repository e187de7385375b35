/**
 * A process  dY = f(Y, t) dt + G(Y, t) dW  on R^d for t in [t0, T], Itô.
 *
 * A definition is data plus a factory, so that a worker can rebuild the process from its id and parameters and `--set gamma=0.2` has a schema to check
 * against.
 */
import type { z } from 'zod';
import type { Batch, VectorField } from './batch.js';
import type { Capabilities } from './capabilities.js';
import type { Diffusion } from './diffusion.js';
import type { Dataset } from './problem.js';

/**
 * A state space with walls: y_j in [lower_j, upper_j], [d] each, ∓∞ where there is none. The exact process stays inside of itself; a discrete step may not, and
 * is reflected at the wall (numerics/domain.ts).
 */
export interface Domain {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** Rows of an Euler–Maruyama step: row r goes from t = start[r] + k h[r] to t + h[r], with normals ξ in `xi`, [n, m]. */
export interface EulerRows {
  readonly y: Batch;
  readonly start: Float64Array;
  readonly h: Float64Array;
  /** √h */
  readonly rootH: Float64Array;
  readonly xi: Float64Array;
  readonly out: Batch;
}
/** The steps of this drift and this noise; left aside where a process was given others. */
export interface EulerPass {
  readonly drift: VectorField;
  readonly diffusion: Diffusion;
  /** out = y + h f(y, t) + √h G(y, t) ξ, to the digit what drift and noise give one after the other. */
  take(rows: EulerRows, k: number): void;
}

export interface Sde extends Partial<Capabilities> {
  /** d */
  readonly dim: number;
  readonly span: { readonly t0: number; readonly T: number };
  /** The smallest times used: ∫dt/t diverges at 0. */
  readonly cutoff: { readonly train: number; readonly sample: number };
  readonly drift: VectorField;
  /** True only where f is affine in y: tells which default features and objectives fit. */
  readonly affine?: boolean;
  /** True where p_t is the law of the data at every t and the drift is not known: a density, of which there are samples only. */
  readonly timeless?: boolean;
  readonly diffusion: Diffusion;
  /** Drift, noise and step in one pass over the rows, where the process has that: simulation is sooner done. */
  readonly eulerPass?: EulerPass;
  /** Absent for all of R^d. */
  readonly domain?: Domain;
  /** Where it starts unless data are given; absent where N(0, I) is as good as any. */
  readonly initial?: Dataset;
  /** Where a state is more than a datum (velocities beside positions): the dimension of the data, and how data become states. */
  readonly lift?: { readonly dim: number; from(data: Dataset): Dataset };
}

export type Schema<T> = z.ZodType<T, unknown>;

/** LaTeX or plain text, for `fokker describe`. */
export interface Equations {
  readonly drift: string | readonly string[];
  readonly noise: string | readonly string[];
  /** The Jacobian of the drift, where it is known in symbols. */
  readonly jacobian?: string | readonly string[];
  readonly source?: string;
}

/** What people see of a process: its equations, and the names of its coordinates, [d], for pictures and tables; y1, y2 … without. */
export interface SdeText {
  readonly equations?: Equations;
  readonly coordinates?: readonly string[];
}

export interface SdeDefinition<P = unknown> extends SdeText {
  readonly id: string;
  readonly summary?: string;
  readonly parameters: Schema<P>;
  /** The text of a process whose parameters decide it; `describeSde` asks for whichever there is. */
  describe?(parameters: P): SdeText;
  create(parameters: P): Sde;
}

/** Equations and coordinate names of a process with these parameters. */
export const describeSde = (definition: SdeDefinition, parameters: unknown): SdeText =>
  definition.describe?.(parameters) ?? definition;
