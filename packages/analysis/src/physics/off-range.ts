/**
 * The divergence of the part of the drift that lies off the noise range, along whose directions a score is neither learnt nor needed:
 *
 *     ∇·f_⊥ = ∇·f − Σ_k b_k·(J b_k),    f_⊥ = (1 − B Bᵀ) f,    B = [b_1 … b_r] orthonormal, constant
 *
 * Integration by parts turns it into what a whole score would say there: E[f_⊥·s] = −E[∇·f_⊥].
 */
import {
  type Batch,
  jacobianLength,
  jacobianVector,
  liftRange,
  type NoiseRange,
  projectRange,
  type Sde,
  zeros,
} from '@fokker/core';

/** ∇·f_⊥ at every row, [n]; `divF` is ∇·f. `sde` is completed. */
export function divergenceOffRange(
  sde: Sde,
  range: NoiseRange,
  y: Batch,
  t: Float64Array,
  divF: Float64Array,
): Float64Array {
  const out = divF.slice();
  if (range.rank === sde.dim) return out.fill(0);
  const { n, d } = y;
  const jacobian = sde.jacobian!;
  const entries = new Float64Array(n * jacobianLength(jacobian, d));
  jacobian.entries(y, t, entries);
  const [one, b, Jb] = [zeros(n, range.rank), zeros(n, d), zeros(n, d)];
  for (let c = 0; c < range.rank; c++) {
    one.data.fill(0);
    for (let i = 0; i < n; i++) one.data[i * range.rank + c] = 1;
    liftRange(range, one, b);
    jacobianVector(jacobian, d, entries, b, Jb);
    for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < d; j++, k++) out[i]! -= b.data[k]! * Jb.data[k]!;
  }
  return out;
}

/** v − B Bᵀ v, [n, d]. */
export function offRange(range: NoiseRange, v: Batch): Batch {
  const inside = zeros(v.n, v.d);
  const components = zeros(v.n, range.rank);
  projectRange(range, v, components);
  liftRange(range, components, inside);
  for (let k = 0; k < v.data.length; k++) inside.data[k] = v.data[k]! - inside.data[k]!;
  return inside;
}
