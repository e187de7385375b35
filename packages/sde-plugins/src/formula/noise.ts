/** The diffusion of a process and the range of its noise, from the expressions of G. */
import { constantNoise, type Diffusion, diagonalNoise, type NoiseRange, scalarNoise } from '@fokker/core';
import { compilePoint } from './compile.js';
import { Emitter } from './emit.js';
import type { Equations } from './equations.js';
import { isZero } from './node.js';

/** G with `dependsOn` as its expressions do. Constant G is computed once: E_NOT_FINITE where that is no number. */
export const diffusionOf = ({ layout, noise }: Equations): Diffusion => {
  const { dim } = layout;
  const { structure, rows } = noise;
  const columns = rows[0]!.length;
  const emitter = new Emitter(layout);
  if (structure === 'scalar') {
    const value = emitter.value(rows[0]![0]!, emitter.row);
    emitter.row.lines.push(`out[0] = ${value};`);
  } else {
    emitter.rows((a, block, index) => {
      rows[a]!.forEach((g, k) => {
        const value = emitter.value(g, block);
        block.lines.push(`out[(${index}) * ${columns} + ${k}] = ${value};`);
      });
    });
  }
  const kernel = compilePoint(emitter.row.lines);
  const nodes = rows.flat();
  if (!nodes.some(({ readsState, readsTime }) => readsState || readsTime))
    return constant(structure, dim, columns, kernel);
  const dependsOn = nodes.some(({ readsState }) => readsState) ? 'state' : 'time';
  const noiseDim = structure === 'dense' ? columns : dim;
  return { dim, noiseDim, structure, dependsOn, entries: (t, out, y = out, k = 0) => kernel(y, k, t, out) };
};

const constant = (
  structure: Diffusion['structure'],
  dim: number,
  columns: number,
  kernel: ReturnType<typeof compilePoint>,
): Diffusion => {
  const G = new Float64Array(structure === 'scalar' ? 1 : dim * columns);
  kernel(G, 0, 0, G);
  if (structure === 'scalar') return scalarNoise(dim, G[0]!);
  if (structure === 'diagonal') return diagonalNoise(dim, [...G]);
  return constantNoise(Array.from({ length: dim }, (_, p) => [...G.subarray(p * columns, (p + 1) * columns)]));
};

/** The coordinates that noise reaches, where G shows them: a diagonal, or columns that reach one scalar each. Otherwise core works it out from the values of G. */
export const noiseRangeOf = ({ layout, noise }: Equations): NoiseRange | undefined => {
  const { structure, rows } = noise;
  const reached = rows.flatMap((row, a) => (row.every(isZero) ? [] : [a]));
  if (structure === 'dense') {
    const columns = rows[0]!.map((_, k) => rows.filter((row) => !isZero(row[k]!)).length);
    const apart = columns.every((count) => count === 1) && columns.length === reached.length;
    if (!apart || layout.states.some(({ vector }) => vector)) return undefined;
  }
  const coordinates = reached.flatMap((a) => {
    const { base, size } = layout.states[a]!;
    return Array.from({ length: size }, (_, i) => base + i);
  });
  return { rank: coordinates.length, basis: 'coordinates', coordinates };
};
