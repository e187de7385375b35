/**
 * A trained network as a score on float64 batches: inputs scaled, components in the noise range by the network, lifted by its orthonormal basis,
 *
 *     s(y, t) = B u,    u = NN(x(y, t)) [n, r],    x = networkInputs,    B [d, r]
 *     wᵀ (∂s/∂y) w = v · (∂u/∂x) ẋ,    v = Bᵀ w,    ẋ = (∂x/∂y) w
 *
 * Off the noise range the score is zero by construction: no sampler reads it there. The tangents ẋ are float64; the network gives its own derivative alone.
 *
 * Throws E_CAPABILITY when asked for what the network has not.
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { Forward } from '../contracts/device.js';
import type { ScoreField, ScoreModel, ScoreOutputs } from '../contracts/model.js';
import type { NamedArray, NetworkScales } from '../contracts/objective.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { liftRange, noiseRangeOf, projectRange } from '../linearise/index.js';
import { directionArrays, networkInputs } from './network-inputs.js';

/** What a device computes of a network. Programs are compiled when first asked for; whoever made them disposes of them. */
export interface NetworkPrograms {
  readonly kind: ScoreModel['kind'];
  /** u, [n, r] */
  score(): Promise<Forward>;
  /** Σ_k v_k · (∂u/∂x) ẋ_k, [n, 1], k < count; v_k comes as `along/k/v` [n, r], the tangents of input x as `along/k/x`. */
  directional(count: number): Promise<Forward>;
  /** f, [n, 1]; of a potential. */
  potential?(): Promise<Forward>;
}

export const networkField = (sde: Sde, scales: NetworkScales, programs: NetworkPrograms): ScoreField => {
  const range = noiseRangeOf(sde);
  const inputs = networkInputs(sde, scales, programs.kind);
  const names: (keyof ScoreOutputs)[] = ['score', 'directional'];
  if (programs.potential !== undefined) names.push('potential');
  const provides = new Set(names);

  /** v_k and ẋ_k by the names that the program reads. */
  const alongArrays = (y: Batch, t: Float64Array, along: readonly Batch[]): Record<string, NamedArray> => {
    const arrays = along.map((w, k) => {
      const v = zeros(y.n, range.rank);
      projectRange(range, w, v);
      return directionArrays(inputs, y, t, k, { v, w });
    });
    return Object.assign({}, ...arrays);
  };

  return {
    provides,
    async evaluate(y, t, { score, directional, potential }) {
      const arrays = inputs.of(y, t);
      if (score !== undefined) {
        const components = zeros(y.n, range.rank);
        await (await programs.score()).run({ n: y.n, arrays }, components.data);
        liftRange(range, components, score);
      }
      if (directional !== undefined) {
        const { along, out } = directional;
        const given = { ...arrays, ...alongArrays(y, t, along) };
        await (await programs.directional(along.length)).run({ n: y.n, arrays: given }, out);
      }
      if (potential !== undefined) {
        const program = await (programs.potential ?? refusePotential)();
        await program.run({ n: y.n, arrays }, potential);
      }
    },
  };
};

const refusePotential = (): never =>
  fail('E_CAPABILITY', {
    summary: 'this network has no potential',
    got: 'a score network',
    expected: "a network of kind 'potential', whose score is a gradient",
    tryThis: ['model.id: energy', 'an estimator that needs the score only'],
  });
