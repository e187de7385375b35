/**
 * What a network is shown of the time τ = (t − t₀)/(T − t₀) ∈ [0, 1]: τ itself and waves of geometric frequencies,
 *
 *     [τ, sin ω₁τ, …, sin ω_Kτ, cos ω₁τ, …, cos ω_Kτ],    ω_k = Ω^{(k−1)/(K−1)},  k = 1 … K
 *
 * from one radian over the span to Ω. [n] → [n, 1 + 2K].
 */
import { concat, cos, matMul, reshape, sin, type Tensor, type Tensor2D, tensor } from '@fokker/ops';

export interface TimeEmbedding {
  readonly dim: number;
  apply(time: Tensor): Tensor2D;
}

export const timeEmbedding = (count: number, highest: number): TimeEmbedding => {
  const frequencies = Float32Array.from({ length: count }, (_, k) => (count > 1 ? highest ** (k / (count - 1)) : 1));
  return {
    dim: 1 + 2 * count,
    apply(time) {
      const column = reshape<Tensor2D>(time, [time.size, 1]);
      if (count === 0) return column;
      const phase = matMul(column, tensor(frequencies, [1, count]));
      return concat([column, sin(phase), cos(phase)], 1);
    },
  };
};

/** The columns that a perceptron reads of the time: the embedding, or none where the law has no time. */
export const timeColumns = (
  { timeless }: { readonly timeless?: boolean },
  count: number,
  highest: number,
): { readonly dim: number; of(time: Tensor): readonly Tensor2D[] } => {
  if (timeless === true) return { dim: 0, of: () => [] };
  const { dim, apply } = timeEmbedding(count, highest);
  return { dim, of: (time) => [apply(time)] };
};
