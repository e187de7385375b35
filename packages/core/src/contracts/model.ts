/**
 * A score network and what becomes of it: a `ScoreField` on float64 batches, whether trained, exported or analytic.
 */
import type { Tensor, Tensor1D, Tensor2D } from '@fokker/ops';
import type { Batch } from './batch.js';
import type { NoiseRange } from './capabilities.js';
import type { Tensors } from './objective.js';
import type { Key } from './random.js';
import type { Schema } from './sde.js';

/** Parameters as one flat float32 vector with a layout: `name` occupies [offset, offset + product(shape)). */
export interface ParameterLayout {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
}
export interface Params {
  readonly layout: readonly ParameterLayout[];
  readonly data: Float32Array;
}
export type TensorMap = Readonly<Record<string, Tensor>>;

/** What a network is built for. */
export interface ModelContext {
  /** d */
  readonly dim: number;
  /** k, 0 without features */
  readonly featureDim: number;
  /** r = rank of the noise range: the network gives Bᵀ s, [n, r], for the orthonormal basis B [d, r] of range(Q). */
  readonly outputDim: number;
  /** That range, for networks that take it from all d components themselves; absent where it is all coordinates. */
  readonly range?: NoiseRange;
  /** True where the law does not change with time: t is 0 in every row and need not be embedded. */
  readonly timeless?: boolean;
}

/**
 * `apply` maps the arrays of `networkInputs` (y [n, d] and features [n, k] in units of their root mean square at t, t [n] as (t − t0)/(T − t0), gain [n] = 1/σ̄(t))
 * to the score's components in the noise range, [n, r]. Nothing of the process is known here: B is applied outside, in float64.
 *
 * A network of kind 'potential' is a function f(y, t) first, and its score the gradient Bᵀ ∇f in the true y. It sees y in units of its size, so it is given the
 * factor of the chain rule beside: inverseScale [n, d] = ∂(scaled y)/∂y.
 */
export interface ScoreModel {
  readonly kind: 'score' | 'potential';
  init(key: Key): Params;
  apply(params: TensorMap, inputs: Tensors): Tensor2D;
  /** f [n], of networks of kind 'potential'. */
  potential?(params: TensorMap, inputs: Tensors): Tensor1D;
}
export interface ModelDefinition<O = unknown> {
  readonly id: string;
  readonly summary?: string;
  readonly options: Schema<O>;
  /** Number of continuous derivatives of the network in its inputs; an objective of order k asks for k − 1 (Infinity: any). */
  smoothness(options: O): number;
  create(options: O, context: ModelContext): ScoreModel;
}

/** What a score may be asked for; one row a sample. */
export interface ScoreOutputs {
  /** s, [n, d] */
  readonly score?: Batch;
  /** Σ_k w_kᵀ (∂s/∂y) w_k, [n], for directions w_k [n, d] in the noise range: traces, exact or by random directions. */
  readonly directional?: { readonly along: readonly Batch[]; readonly out: Float64Array };
  /** f with s = ∇f on the noise range, [n]: log p_t up to what the score does not fix, a function of t and of the coordinates without noise. */
  readonly potential?: Float64Array;
}
export interface ScoreField {
  readonly provides: ReadonlySet<keyof ScoreOutputs>;
  evaluate(y: Batch, t: Float64Array, out: ScoreOutputs): Promise<void>;
}
