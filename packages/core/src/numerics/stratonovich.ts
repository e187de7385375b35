/**
 * From Stratonovich to Itô.
 *
 *     dY = f dt + G ∘ dW    is    dY = (f + c) dt + G dW,    c = ½ Σ_k (DG_k) G_k,    c_i = ½ Σ_k Σ_j G_jk ∂_j G_ik        (G_k: columns of G)
 *
 * (Kloeden & Platen 1992, §4.9). c is taken by differences, ∂G_k/∂ε (y + ε G_k), unless it is given: four evaluations of G a column and a row, each with an error about 1e-11
 * for G of order one. It vanishes where G does not depend on the state. Derivatives that were stated for f are those of another drift and are left out; those of c are
 * worked out with the rest when the process is completed.
 */
import { type Batch, type Sde, type VectorField, zeros } from '../contracts/index.js';
import { centralDifference } from './differences.js';
import { entriesLength, fillDenseG } from './noise.js';

/** c of a diffusion by differences, [n, d]. */
export const stratonovichCorrection = ({ diffusion }: Pick<Sde, 'diffusion'>): VectorField => {
  const { dim: d, noiseDim: m } = diffusion;
  const entries = new Float64Array(entriesLength(diffusion));
  const [G, shifted, moved] = [new Float64Array(d * m), new Float64Array(d * m), new Float64Array(d)];
  return (y, t, out) => {
    out.data.fill(0, 0, y.n * d);
    if (diffusion.dependsOn !== 'state') return;
    for (let i = 0; i < y.n; i++) {
      const at = i * d;
      diffusion.entries(t[i]!, entries, y.data, at);
      fillDenseG(diffusion, entries, G);
      for (let k = 0; k < m; k++) {
        const h = stepAlong(G, k, m, y, at);
        if (h === 0) continue;
        for (const [offset, weight] of centralDifference) {
          for (let j = 0; j < d; j++) moved[j] = y.data[at + j]! + offset * h * G[j * m + k]!;
          diffusion.entries(t[i]!, entries, moved, 0);
          fillDenseG(diffusion, entries, shifted);
          for (let j = 0; j < d; j++) out.data[at + j]! += (weight * shifted[j * m + k]!) / (24 * h);
        }
      }
    }
  };
};

/** h with |h G_k| about 10⁻³ of the state; 0 where G_k is zero. A relative step, so that a state near a wall at 0 stays inside it. */
const stepAlong = (G: Float64Array, k: number, m: number, y: Batch, at: number): number => {
  let length = 0;
  let size = 0;
  for (let j = 0; j < y.d; j++) {
    length = Math.hypot(length, G[j * m + k]!);
    if (G[j * m + k]! !== 0) size = Math.max(size, Math.abs(y.data[at + j]!));
  }
  return length === 0 ? 0 : ((size === 0 ? 1 : size) * 2 ** -10) / length;
};

/**
 * The Itô process of an equation in Stratonovich's sense: `sde.drift` and `sde.diffusion` are f and G of dY = f dt + G ∘ dW. `correction` is c in closed form; what else
 * is known of the Itô process (its Jacobian, its laws) can be spread over the result.
 */
export const fromStratonovich = (sde: Sde, correction: VectorField = stratonovichCorrection(sde)): Sde => {
  const { drift, jacobian, divergence, driftTime, itoTerm, affine, timeChange, features, ...kept } = sde;
  if (sde.diffusion.dependsOn !== 'state') return sde;
  let c = zeros(0, sde.dim);
  return {
    ...kept,
    drift(y, t, out) {
      if (c.n !== y.n) c = zeros(y.n, sde.dim);
      drift(y, t, out);
      correction(y, t, c);
      for (let k = 0; k < c.data.length; k++) out.data[k]! += c.data[k]!;
    },
  };
};
