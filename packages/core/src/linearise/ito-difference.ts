/**
 * The Itô correction of the linearised mean by differences, where a process does not state it.
 *
 *     ½ Q:∇²f = ½ Σ_k ∂²f/∂ε² (y + ε G_k),    G_k the columns of G
 *
 * Fourth-order second differences; the step moves the state by 10⁻² of its size (at least 1), so the error is about 1e-10 for drifts of order one.
 */
import { type Batch, type Sde, type VectorField, zeros } from '../contracts/index.js';
import { noiseOperators } from '../structures/table.js';

/** ½ Q:∇²f, [n, d]; 4m + 1 drift evaluations of the batch, memory of n·d. `reach`: the step as a share of the state's size. */
export const itoDifference = (
  { dim: d, drift, diffusion }: Pick<Sde, 'dim' | 'drift' | 'diffusion'>,
  reach = 1e-2,
): VectorField => {
  const m = diffusion.noiseDim;
  const noise = noiseOperators(diffusion);
  const entries = new Float64Array(noise.length);
  const unit = new Float64Array(m);
  let [centre, f, moved, direction] = [zeros(0, d), zeros(0, d), zeros(0, d), zeros(0, d)];
  let steps = new Float64Array(0);

  /** direction = G_c at every row, and the step along it. */
  const choose = (c: number, y: Batch, t: Float64Array): void => {
    unit[c] = 1;
    direction.data.fill(0);
    for (let i = 0; i < y.n; i++) {
      diffusion.entries(t[i]!, entries, y.data, i * d);
      noise.times(entries, unit, 0, 1, direction.data, i * d);
      let length = 0;
      let size = 1;
      for (let k = i * d; k < (i + 1) * d; k++) {
        length = Math.hypot(length, direction.data[k]!);
        size = Math.max(size, Math.abs(y.data[k]!));
      }
      steps[i] = length === 0 ? 0 : (reach * size) / length;
    }
    unit[c] = 0;
  };

  return (y, t, out) => {
    if (moved.n !== y.n) {
      [centre, f, moved, direction] = [zeros(y.n, d), zeros(y.n, d), zeros(y.n, d), zeros(y.n, d)];
      steps = new Float64Array(y.n);
    }
    drift(y, t, centre);
    out.data.fill(0, 0, y.n * d);
    for (let c = 0; c < m; c++) {
      choose(c, y, t);
      for (const [shift, weight] of secondDifference) {
        for (let i = 0, k = 0; i < y.n; i++) {
          const step = shift * steps[i]!;
          for (let j = 0; j < d; j++, k++) moved.data[k] = y.data[k]! + step * direction.data[k]!;
        }
        drift(moved, t, f);
        for (let i = 0, k = 0; i < y.n; i++) {
          const step = steps[i]!;
          const scale = step === 0 ? 0 : weight / (24 * step * step);
          for (let j = 0; j < d; j++, k++) out.data[k]! += scale * (f.data[k]! - centre.data[k]!);
        }
      }
    }
  };
};
/** Shifts in steps and their weights over 12. */
const secondDifference = [
  [1, 16],
  [-1, 16],
  [2, -1],
  [-2, -1],
] as const;
