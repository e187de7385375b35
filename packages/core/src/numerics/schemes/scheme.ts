/**
 * A one-step scheme for dY = v(Y, t) dt + G(Y, t) dW, written once for whoever evaluates v: a generator that asks for v where it needs it and, when it ends, has left the state
 * at t + h. Simulation answers at once with the drift; a sampler answers with f − Q s, after a network has been asked. h < 0 runs back in time, with √|h| in the noise.
 *
 *     for (const ask of step(leg, noise)) drift(ask.y, ask.t, ask.out);
 */
import type { Batch, VectorField } from '../../contracts/index.js';

/** n rows from t to tNext = t + h, each with times of its own. */
export interface Leg {
  /** States at t, left alone. */
  readonly y: Batch;
  readonly t: Float64Array;
  readonly tNext: Float64Array;
  readonly h: Float64Array;
  /** √|h|, where it is at hand. */
  readonly rootH?: Float64Array;
  /** Gets the states at tNext. */
  readonly out: Batch;
}

/** A request for v(y, t). */
export interface Ask {
  readonly y: Batch;
  readonly t: Float64Array;
  readonly out: Batch;
}

/** The noise of one step. */
export interface StepNoise {
  /** Standard normals of the step, [n, columns]. */
  readonly xi: Float64Array;
  /** out += √|h| G(y, t + at·h) Σ_c weights[c] ξ_c,   ξ_c [n, m] the c-th block of columns. */
  add(at: number, weights: readonly number[], out: Batch): void;
  /** ∇·Q, where G depends on the state and the process says so. */
  readonly divergence?: VectorField | undefined;
}

export type Step = (leg: Leg, noise: StepNoise) => Iterable<Ask>;

export interface Scheme {
  /** What it can take: any noise, diagonal noise (G_ii a function of y_i), or noise that does not depend on the state. */
  readonly noise: 'any' | 'diagonal' | 'additive';
  /** Normals a row draws in a step. */
  columns(d: number, m: number): number;
  /** A step with its own buffers. */
  create(d: number): Step;
}
