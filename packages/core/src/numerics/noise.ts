/**
 * Noise coefficients by structure, and their products.
 *
 *     G: [d, m] as entries (contracts/diffusion.ts);   out += scale · G ξ;   out += scale · Q s,  Q = G Gᵀ
 *
 * The structure is stated by the constructor, never discovered. Products add to `out` and allocate nothing.
 */
import type { Diffusion, NoiseStructure } from '../contracts/index.js';
import { fail } from '../errors.js';
import { flattenMatrix } from './matrix.js';

/** How many numbers hold G. */
export const entriesLength = (structure: NoiseStructure, d: number, m: number): number =>
  structure === 'scalar' ? 1 : structure === 'diagonal' ? d : d * m;

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
  { dim, noiseDim, structure }: Diffusion,
  entries: Float64Array,
  xi: Float64Array,
  xiAt: number,
  scale: number,
  out: Float64Array,
  outAt: number,
): void => {
  if (structure === 'scalar') {
    const g = scale * entries[0]!;
    for (let i = 0; i < dim; i++) out[outAt + i]! += g * xi[xiAt + i]!;
  } else if (structure === 'diagonal') {
    for (let i = 0; i < dim; i++) out[outAt + i]! += scale * entries[i]! * xi[xiAt + i]!;
  } else {
    for (let i = 0, k = 0; i < dim; i++) {
      let sum = 0;
      for (let j = 0; j < noiseDim; j++, k++) sum += entries[k]! * xi[xiAt + j]!;
      out[outAt + i]! += scale * sum;
    }
  }
};

/** out[outAt …] += scale · G Gᵀ s, s = s[sAt …] of length d. `s` and `out` must not overlap. */
export const applyQ = (
  { dim, noiseDim, structure }: Diffusion,
  entries: Float64Array,
  s: Float64Array,
  sAt: number,
  scale: number,
  out: Float64Array,
  outAt: number,
): void => {
  if (structure === 'scalar') {
    const q = scale * entries[0]! * entries[0]!;
    for (let i = 0; i < dim; i++) out[outAt + i]! += q * s[sAt + i]!;
  } else if (structure === 'diagonal') {
    for (let i = 0; i < dim; i++) out[outAt + i]! += scale * entries[i]! * entries[i]! * s[sAt + i]!;
  } else {
    for (let j = 0; j < noiseDim; j++) {
      let along = 0;
      for (let i = 0; i < dim; i++) along += entries[i * noiseDim + j]! * s[sAt + i]!;
      for (let i = 0; i < dim; i++) out[outAt + i]! += scale * along * entries[i * noiseDim + j]!;
    }
  }
};

/** Q = G Gᵀ, [d·d] row-major. */
export const fillQ = ({ dim, noiseDim, structure }: Diffusion, entries: Float64Array, Q: Float64Array): void => {
  if (structure !== 'dense') {
    Q.fill(0, 0, dim * dim);
    for (let i = 0; i < dim; i++) {
      const g = structure === 'scalar' ? entries[0]! : entries[i]!;
      Q[i * dim + i] = g * g;
    }
    return;
  }
  for (let i = 0; i < dim; i++) {
    for (let k = 0; k <= i; k++) {
      let sum = 0;
      for (let j = 0; j < noiseDim; j++) sum += entries[i * noiseDim + j]! * entries[k * noiseDim + j]!;
      Q[i * dim + k] = sum;
      Q[k * dim + i] = sum;
    }
  }
};

/** G as a dense [d·m] matrix whatever its structure. */
export const fillDenseG = ({ dim, noiseDim, structure }: Diffusion, entries: Float64Array, G: Float64Array): void => {
  if (structure === 'dense') {
    for (let k = 0; k < dim * noiseDim; k++) G[k] = entries[k]!;
    return;
  }
  G.fill(0, 0, dim * dim);
  for (let i = 0; i < dim; i++) G[i * dim + i] = structure === 'scalar' ? entries[0]! : entries[i]!;
};
