/**
 * A block of standard normals: counters (c₀, c₁) in, Φ⁻¹ of the uniforms they are encrypted to out. This is the plain loop, for engines without vector instructions and as
 * the oracle of those with them (wasm/normals.ts).
 */
import { normalQuantile } from './normal-quantile.js';
import { encrypt, toUniform } from './threefry.js';

/** Counters of a block: as many as stay in the nearest cache; a multiple of eight. */
export const capacity = 512;

export interface NormalBlock {
  /** Words of the counters, `capacity` of each. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** What was drawn. */
  readonly values: Float64Array;
  /** Draws the normals of the first n counters under the key (k0, k1). */
  draw(k0: number, k1: number, n: number): void;
}

export const scriptNormals = (): NormalBlock => {
  const words = (): Int32Array => new Int32Array(capacity);
  const [first, second, a, b] = [words(), words(), words(), words()];
  const values = new Float64Array(capacity);
  return {
    first,
    second,
    values,
    draw(k0, k1, n) {
      a.set(first);
      b.set(second);
      encrypt(k0, k1, a, b, n);
      for (let i = 0; i < n; i++) values[i] = normalQuantile(toUniform(a[i]!, b[i]!));
    },
  };
};
