/**
 * A network for suites, smooth and small: it reads all that a network is shown, and is of either kind.
 *
 *     h = tanh([ỹ, t, φ̃] W + b)                    [n, 8]
 *     score       s = γ h V                        [n, r]      γ = gain
 *     potential   f = h V,   s = Bᵀ ∇f             [n], [n, r]; without features, whose Jacobian would be needed
 */
import {
  fillNormal,
  type ModelContext,
  type NoiseRange,
  projectRange,
  type ScoreModel,
  sizeOf,
  zeros,
} from '@fokker/core';
import {
  add,
  concat,
  gradient,
  matMul,
  mul,
  reshape,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tanh,
  tensor2d,
} from '@fokker/ops';

const hidden = 8;

/** B [d, r] */
const basisOf = (range: NoiseRange, d: number): Float32Array => {
  const [unit, basis] = [zeros(d, d), zeros(d, range.rank)];
  for (let j = 0; j < d; j++) unit.data[j * d + j] = 1;
  projectRange(range, unit, basis);
  return Float32Array.from(basis.data);
};

export function smallNetwork(
  { dim, featureDim, outputDim }: ModelContext,
  range: NoiseRange,
  kind: ScoreModel['kind'],
): ScoreModel {
  const reads = kind === 'score' ? featureDim : 0;
  const shapes = { W: [dim + 1 + reads, hidden], b: [hidden], V: [hidden, kind === 'score' ? outputDim : 1] } as const;
  let length = 0;
  const layout = Object.entries(shapes).map(([name, shape]) => {
    const offset = length;
    length += sizeOf(shape);
    return { name, shape, offset };
  });
  const output = (
    { W, b, V }: Parameters<ScoreModel['apply']>[0],
    { y, t, features }: Parameters<ScoreModel['apply']>[1],
  ): Tensor2D => {
    const seen = [y!, reshape(t!, [t!.shape[0]!, 1]), ...(reads > 0 ? [features!] : [])];
    return matMul(tanh(add(matMul(concat(seen, 1), W!), b!)), V!);
  };
  const potential: NonNullable<ScoreModel['potential']> = (params, inputs) =>
    reshape<Tensor1D>(output(params, inputs), [inputs.y!.shape[0]!]);
  const init: ScoreModel['init'] = (key) => {
    const data = new Float64Array(length);
    fillNormal(key, 0, 1, length, data);
    return { layout, data: Float32Array.from(data, (value) => 0.5 * value) };
  };
  if (kind === 'score') {
    const apply: ScoreModel['apply'] = (params, inputs) =>
      mul(output(params, inputs), reshape(inputs.gain!, [inputs.gain!.shape[0]!, 1]));
    return { kind, init, apply };
  }
  const basis = basisOf(range, dim);
  return {
    kind,
    init,
    potential,
    apply(params, inputs) {
      const slope = gradient<Tensor, Tensor1D>((y) => potential(params, { ...inputs, y }))(inputs.y!);
      return matMul(mul(slope, inputs.inverseScale!), tensor2d(basis, [dim, range.rank]));
    },
  };
}
