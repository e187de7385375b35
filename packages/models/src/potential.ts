/**
 * The score of a potential f(y, t): its gradient in the true y, restricted to the noise range,
 *
 *     s = Bᵀ ∇f,    ∂f/∂y_j = (∂f/∂ỹ_j)/ȳ_j(t)    for ỹ_j = y_j/ȳ_j(t), what the network is shown
 *
 * A gradient by construction: no circulation. A process whose noise spans fewer than all coordinates has the restriction of one, which is not itself a gradient.
 */
import { fail, type ModelContext, type NoiseRange, type ScoreModel } from '@fokker/core';
import { concat, gradient, matMul, mul, slice, type Tensor, type Tensor1D, type Tensor2D, tensor2d } from '@fokker/ops';

/** v [n, d] ↦ v B [n, r]. */
const restrict = (range: NoiseRange, d: number) => {
  if (range.basis !== 'coordinates') {
    const basis = Float32Array.from(range.basis);
    return (v: Tensor2D): Tensor2D => matMul(v, tensor2d(basis, [d, range.rank]));
  }
  const { coordinates } = range;
  if (coordinates.length === d && coordinates.every((j, i) => j === i)) return (v: Tensor2D): Tensor2D => v;
  return (v: Tensor2D): Tensor2D =>
    concat(
      coordinates.map((j) => slice(v, [0, j], [v.shape[0], 1])),
      1,
    );
};

/** All coordinates where none are named. */
const rangeIn = ({ dim, outputDim, range }: ModelContext): NoiseRange => {
  if (range !== undefined) return range;
  if (outputDim === dim) {
    return { rank: dim, basis: 'coordinates', coordinates: Array.from({ length: dim }, (_, j) => j) };
  }
  return fail('E_CONTRACT', {
    summary: 'a potential cannot tell where its score matters',
    got: `a score of ${outputDim} components for ${dim} coordinates and no noise range`,
    expected: "the noise range, as 'range' of the model context",
    tryThis: ['pass noiseRangeOf(sde)'],
  });
};

export const scoreOf = (
  potential: NonNullable<ScoreModel['potential']>,
  context: ModelContext,
): ScoreModel['apply'] => {
  const toRange = restrict(rangeIn(context), context.dim);
  return (params, inputs) => {
    const slope = gradient<Tensor, Tensor1D>((y) => potential(params, { ...inputs, y }))(inputs.y!);
    return toRange(mul(slope, inputs.inverseScale!));
  };
};
