/**
 * The Itô correction of the linearised mean by differences, where a process does not state it.
 *
 *     ½ Q:∇²f = ½ Σ_k ∂²f/∂ε² (y + ε G_k),    G_k the columns of G
 *
 * Fourth-order second differences; the step moves the state by 10⁻² of its size (at least 1), so the error is about 1e-10 for drifts of order one.
 */
import { type Sde, type VectorField, zeros } from '../contracts/index.js';
import { entriesLength, fillDenseG } from '../numerics/noise.js';

/** ½ Q:∇²f, [n, d]; 4m + 1 drift evaluations of the batch. `reach`: the step as a share of the state's size. */
export const itoDifference = (
  { dim: d, drift, diffusion }: Pick<Sde, 'dim' | 'drift' | 'diffusion'>,
  reach = 1e-2,
): VectorField => {
  const m = diffusion.noiseDim;
  const entries = new Float64Array(entriesLength(diffusion));
  const G = new Float64Array(d * m);
  let [centre, f, moved] = [zeros(0, d), zeros(0, d), zeros(0, d)];
  let directions = new Float64Array(0);
  let steps = new Float64Array(0);
  return (y, t, out) => {
    if (moved.n !== y.n) {
      [centre, f, moved] = [zeros(y.n, d), zeros(y.n, d), zeros(y.n, d)];
      directions = new Float64Array(y.n * d * m);
      steps = new Float64Array(y.n * m);
    }
    for (let i = 0; i < y.n; i++) {
      diffusion.entries(t[i]!, entries, y.data, i * d);
      fillDenseG(diffusion, entries, G);
      directions.set(G, i * d * m);
      for (let c = 0; c < m; c++) {
        let length = 0;
        let size = 1;
        for (let j = 0; j < d; j++) {
          length = Math.hypot(length, G[j * m + c]!);
          size = Math.max(size, Math.abs(y.data[i * d + j]!));
        }
        steps[i * m + c] = length === 0 ? 0 : (reach * size) / length;
      }
    }
    drift(y, t, centre);
    out.data.fill(0, 0, y.n * d);
    for (let c = 0; c < m; c++) {
      for (const [shift, weight] of secondDifference) {
        for (let i = 0, k = 0; i < y.n; i++) {
          const step = shift * steps[i * m + c]!;
          for (let j = 0; j < d; j++, k++) moved.data[k] = y.data[k]! + step * directions[k * m + c]!;
        }
        drift(moved, t, f);
        for (let i = 0, k = 0; i < y.n; i++) {
          const step = steps[i * m + c]!;
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
