/**
 * A sampler turns a score into samples: frames of a batch that travels through time, as an async iterable.
 */
import type { Batch } from './batch.js';
import type { ScoreField } from './model.js';
import type { Key } from './random.js';
import type { Schema, Sde } from './sde.js';

export interface SamplingJob {
  readonly sde: Sde;
  readonly score: ScoreField;
  /** States at time `from`; not modified. */
  readonly start: Batch;
  /** Time runs from `from` to `to`; reverse samplers ask for from > to, the flow takes either. */
  readonly from: number;
  readonly to: number;
  /** Number of integration steps between `from` and `to`. */
  readonly steps: number;
  /** Times at which a frame is wanted, between `from` and `to`; each becomes a point of the step grid. `to` is always a frame. */
  readonly times: readonly number[];
  readonly key: Key;
  /** States at `from` that stand for all rows, where a sampler chooses steps by looking; the same for every part of a split job. Default: the start itself. */
  readonly pilot?: Batch;
  /** Global index of row 0: row i draws its noise as path first + i. */
  readonly first?: number;
  /** A path that leaves |y_j| ≤ bound, or is not finite, is lost: it is frozen there, counted and named, never dropped. Default 1e6. */
  readonly bound?: number;
  readonly onStep?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

export interface LostPath {
  readonly path: number;
  readonly t: number;
}
/** Moves that chains proposed and those that they made, over paths and steps. Of the parts of a split job both add up. */
export interface Acceptance {
  readonly proposed: number;
  readonly accepted: number;
}
export interface Frame {
  readonly t: number;
  /** A copy: the caller owns it. Lost paths keep the last state inside the bound. */
  readonly y: Batch;
  /** Paths lost so far, in order of loss. */
  readonly lost: readonly LostPath[];
  /** So far; of samplers that can reject a move. */
  readonly acceptance?: Acceptance;
}

export interface Sampler {
  readonly id: string;
  sample(job: SamplingJob): AsyncIterable<Frame>;
}
export interface SamplerDefinition<O = unknown> {
  readonly id: string;
  readonly summary?: string;
  readonly options: Schema<O>;
  readonly direction: 'reverse' | 'both';
  create(options: O): Sampler;
}
