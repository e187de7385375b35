/**
 * Noise coefficients G [d, m]: a constructor a structure (contracts/diffusion.ts has the entries), and their products.
 *
 *     out += scale · G ξ,     out += scale · Q s,  Q = G Gᵀ
 *
 * The structure is stated by the constructor, never discovered. Products add to `out` and allocate nothing; a loop over rows takes them from `noiseOperators` once.
 */
import type { Diffusion, LowRankForm } from '../contracts/index.js';
import { fail } from '../errors.js';
import { noiseOperators } from '../structures/table.js';
import { flattenMatrix } from './matrix.js';

/** How many numbers hold G. */
export const entriesLength = (diffusion: Diffusion): number => noiseOperators(diffusion).length;

/** G = g I, g a number or a function of time. E_NOT_FINITE for a number that is not. */
export const scalarNoise = (dim: number, g: number | ((t: number) => number)): Diffusion => {
  const scalar = { dim, noiseDim: dim, structure: 'scalar' } as const;
  if (typeof g === 'function') {
    return {
      ...scalar,
      dependsOn: 'time',
      entries(t, out) {
        out[0] = g(t);
      },
    };
  }
  const fixed = flattenMatrix([[g]], 1, 1, 'g of G = g I');
  return { ...scalar, dependsOn: 'none', entries: (_t, out) => out.set(fixed) };
};

/** G = diag(g), g numbers or a function of time that fills them. E_SHAPE, E_NOT_FINITE for numbers that do not fit. */
export const diagonalNoise = (
  dim: number,
  g: readonly number[] | ((t: number, out: Float64Array) => void),
): Diffusion => {
  if (typeof g === 'function') {
    return { dim, noiseDim: dim, structure: 'diagonal', dependsOn: 'time', entries: (t, out) => g(t, out) };
  }
  const fixed = flattenMatrix([g], 1, dim, 'the diagonal of G');
  return { dim, noiseDim: dim, structure: 'diagonal', dependsOn: 'none', entries: (_t, out) => out.set(fixed) };
};

/** A constant matrix G, rows first. E_SHAPE, E_NOT_FINITE. */
export const constantNoise = (G: readonly (readonly number[])[]): Diffusion => {
  const dim = G.length;
  const noiseDim = G[0]?.length ?? 0;
  const fixed = flattenMatrix(G, dim, noiseDim, 'G');
  return { dim, noiseDim, structure: 'dense', dependsOn: 'none', entries: (_t, out) => out.set(fixed) };
};

/** G(t) or G(y, t), [d, m], written row-major by `fill`. */
export const denseNoise = (
  dim: number,
  noiseDim: number,
  fill: Diffusion['entries'],
  dependsOn: Diffusion['dependsOn'] = 'time',
): Diffusion => ({ dim, noiseDim, structure: 'dense', dependsOn, entries: fill });

/** G = H ⊗ I, H [k, l] constant or written row-major by a function of time: m = l d/k, column (c, j) at c d/k + j. E_SHAPE, E_NOT_FINITE. */
export const kroneckerNoise = (
  dim: number,
  H:
    | readonly (readonly number[])[]
    | { readonly block: readonly [k: number, l: number]; readonly fill: (t: number, out: Float64Array) => void },
): Diffusion => {
  const [k, l] = 'block' in H ? H.block : [H.length, H[0]?.length ?? 0];
  const form = { dim, noiseDim: (l * dim) / k, structure: 'kronecker', block: k } as const;
  if (!Number.isInteger(dim / k)) {
    fail('E_SHAPE', {
      summary: 'the noise block does not tile the state',
      got: `a block of ${k} rows in dimension ${dim}`,
      expected: 'a number of rows that divides the dimension',
      tryThis: ['check the block against the order of the coordinates: all positions, then all velocities'],
    });
  }
  if ('block' in H) return { ...form, dependsOn: 'time', entries: H.fill };
  const fixed = flattenMatrix(H, k, l, 'the block of G');
  return { ...form, dependsOn: 'none', entries: (_t, out) => out.set(fixed) };
};

/** G = γ (I − R Rᵀ) + R H Rᵀ; `fill` writes γ, then H [r·r]. `basis` [r, d] is R, an orthonormal vector after the other. */
export const lowRankNoise = (
  dim: number,
  { rank, basis }: Pick<LowRankForm, 'rank'> & { readonly basis: Float64Array },
  fill: (t: number, out: Float64Array) => void,
  dependsOn: 'none' | 'time' = 'none',
): Diffusion => ({ dim, noiseDim: dim, structure: 'low-rank', rank, basis, dependsOn, entries: fill });

/** G(y, t) = diag(g); `fill` writes d numbers for the state y[at …]. */
export const diagonalStateNoise = (
  dim: number,
  fill: (y: Float64Array, at: number, t: number, out: Float64Array) => void,
): Diffusion => ({
  dim,
  noiseDim: dim,
  structure: 'diagonal',
  dependsOn: 'state',
  entries(t, out, y, offset = 0) {
    if (y === undefined) {
      return fail('E_CONTRACT', {
        summary: 'noise that depends on the state was asked for without one',
        got: `diffusion.entries(${t}, out)`,
        expected: 'diffusion.entries(t, out, y, offset)',
        tryThis: ["look at diffusion.dependsOn: 'state' needs the state, and who cannot give one refuses such noise"],
      });
    }
    fill(y, offset, t, out);
  },
});

/** out[outAt …] += scale · G ξ, ξ = xi[xiAt …] of length m. */
export const applyNoise = (
  diffusion: Diffusion,
  entries: Float64Array,
  xi: Float64Array,
  xiAt: number,
  scale: number,
  out: Float64Array,
  outAt: number,
): void => noiseOperators(diffusion).times(entries, xi, xiAt, scale, out, outAt);

/** out[outAt …] += scale · G Gᵀ s, s = s[sAt …] of length d. `s` and `out` must not overlap. */
export const applyQ = (
  diffusion: Diffusion,
  entries: Float64Array,
  s: Float64Array,
  sAt: number,
  scale: number,
  out: Float64Array,
  outAt: number,
): void => noiseOperators(diffusion).timesQ(entries, s, sAt, scale, out, outAt);

/** Q = G Gᵀ, [d·d] row-major. */
export const fillQ = (diffusion: Diffusion, entries: Float64Array, Q: Float64Array): void =>
  noiseOperators(diffusion).spreadQ(entries, Q);

/** G as a dense [d·m] matrix whatever its structure. */
export const fillDenseG = (diffusion: Diffusion, entries: Float64Array, G: Float64Array): void =>
  noiseOperators(diffusion).spread(entries, G);
