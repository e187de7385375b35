/**
 * Test laws in the plane: a point is a function of a few uniforms and normals of its own row, so that row i depends on (key, i) alone.
 */
import { type Dataset, fail, fillNormal, fillUniform } from '@fokker/core';

/** Writes a point from the row's uniforms u[at …] and normals z[at …]. */
export type Place = (u: Float64Array, z: Float64Array, i: number, out: Float64Array) => void;

const normals = 2;

/** Throws E_INCOMPATIBLE for a process that is not two-dimensional. */
export function planarDataset(id: string, dim: number, uniforms: number, place: Place): Dataset {
  if (dim !== 2) {
    return fail('E_INCOMPATIBLE', {
      summary: `data '${id}' does not fit this process`,
      got: `a process of dimension ${dim}`,
      expected: 'a process of dimension 2',
      tryThis: ['process.dim: 2, where the process has it', 'data.id: gaussian (any dimension)'],
    });
  }
  return {
    dim,
    draw(key, first, out) {
      const u = new Float64Array(out.n * uniforms);
      const z = new Float64Array(out.n * normals);
      fillUniform(key.at('uniform'), first, out.n, uniforms, u);
      fillNormal(key.at('normal'), first, out.n, normals, z);
      for (let i = 0; i < out.n; i++) place(u, z, i, out.data);
    },
  };
}
