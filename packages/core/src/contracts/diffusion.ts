/**
 * The noise coefficient G(y, t) of dY = f dt + G dW, [d, m], stated by structure so that G ξ and Q s = G Gᵀ s cost what the structure costs.
 *
 *     scalar    G = g I         entries [1]
 *     diagonal  G = diag(g)     entries [d]
 *     dense     G               entries [d·m], row-major
 *
 * Structures are data, never classes: `numerics/noise.ts` holds the products. Low-rank and Kronecker forms have no entries layout of their own yet.
 */

export type NoiseStructure = 'scalar' | 'diagonal' | 'dense';

export interface Diffusion {
  /** d */
  readonly dim: number;
  /** m, the dimension of W */
  readonly noiseDim: number;
  readonly structure: NoiseStructure;
  readonly dependsOn: 'none' | 'time' | 'state';
  /** Writes the entries of G at time t; `y[offset …]` is the state, read only where G depends on it. */
  entries(t: number, out: Float64Array, y?: Float64Array, offset?: number): void;
}
