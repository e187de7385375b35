/**
 * The Euler–Maruyama step of a process as one loop over rows: y⁺ = y + h f + √h G ξ, in the order of operations that drift and noise have one after the other
 * (core/structures: timesRows), so that the digits are the same.
 *
 *     scalar, diagonal   (√h g_j) ξ_j          dense   √h (Σ_k g_jk ξ_k), entries from the first to the last that is not zero by construction
 */
import type { EulerPass } from '@fokker/core';
import { compileSteps } from './compile.js';
import { type Block, Emitter } from './emit.js';
import type { Equations } from './equations.js';
import { isZero } from './node.js';

export const eulerPassOf = (
  equations: Equations,
  { drift, diffusion }: Pick<EulerPass, 'drift' | 'diffusion'>,
): EulerPass => {
  const { layout } = equations;
  const emitter = new Emitter(layout);
  emitter.rows((a, block, index) => {
    const f = emitter.value(equations.drift[a]!, block);
    block.lines.push(
      `out[k + ${index}] = y[k + ${index}] + h * ${f}${noiseTerm(equations, emitter, a, block, index)};`,
    );
  });
  const kernel = compileSteps(emitter.row.lines, layout.dim, diffusion.noiseDim);
  return {
    drift,
    diffusion,
    take({ y, start, h, rootH, xi, out }, k) {
      kernel(y.n, y.data, start, h, k, rootH, xi, out.data);
    },
  };
};

/** `+ …`, nothing where no noise acts. */
const noiseTerm = ({ noise }: Equations, emitter: Emitter, a: number, block: Block, index: string): string => {
  const row = noise.rows[noise.structure === 'scalar' ? 0 : a]!;
  const acting = row.flatMap((g, k) => (isZero(g) ? [] : [k]));
  if (acting.length === 0) return '';
  if (noise.structure !== 'dense') return ` + root * ${emitter.value(row[0]!, block)} * normal[p + ${index}]`;
  const columns = row.slice(acting[0], acting.at(-1)! + 1);
  const terms = columns.map((g, k) => `${emitter.value(g, block)} * normal[p + ${acting[0]! + k}]`);
  return ` + root * (${terms.join(' + ')})`;
};
