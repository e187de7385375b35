/**
 * The noise coefficient G(y, t) of dY = f dt + G dW, [d, m], stated by structure so that G ξ and Q s = G Gᵀ s cost what the structure costs.
 *
 *     scalar     G = g I                        entries [1]
 *     diagonal   G = diag(g)                    entries [d]
 *     low-rank   G = γ (I − R Rᵀ) + R H Rᵀ      entries [1 + r²]: γ, H; R is shared
 *     kronecker  G = H ⊗ I, H [k, l]            entries [k·l], row-major; m = l d/k
 *     dense      G                              entries [d·m], row-major
 *
 * Structures are data, never classes (matrix.ts): `core/structures` holds the products.
 */
import type { GroupedForm, LowRankForm, PlainForm } from './matrix.js';

export type NoiseForm =
  | PlainForm
  | (LowRankForm & { readonly basis: Float64Array })
  | (GroupedForm & { readonly structure: 'kronecker' });
export type NoiseStructure = NoiseForm['structure'];

export type Diffusion = NoiseForm & {
  /** d */
  readonly dim: number;
  /** m, the dimension of W */
  readonly noiseDim: number;
  readonly dependsOn: 'none' | 'time' | 'state';
  /** Writes the entries of G at time t; `y[offset …]` is the state, read only where G depends on it. */
  entries(t: number, out: Float64Array, y?: Float64Array, offset?: number): void;
};
