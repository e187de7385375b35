/**
 * The trajectory bank: simulated paths kept at the times t_j = t0 + j Δ and read at any s by covering the rest with the sample's own noise (MATH §5.2).
 *
 *     sample k  →  epoch e = ⌊k / paths⌋,  slot i = k mod paths,  birth b = the last epoch ≤ e at which the block of slot i was due for new paths
 *     path (b, i): y(t0) = data row i of key b;  y(t_j) → y(t_{j+1}) with noise row i of key (b, j)
 *     y_s = the path at the last t_j ≤ s, carried from t_j to s with noise row k of the remainder's key
 *
 * By the Markov property y_s has exactly the law of a path simulated to s. Every arrow is a pure function of (key, k), so that states are bit-identical for any split
 * of the samples and any number of workers. Blocks of consecutive slots are simulated when a sample first asks for them and kept until their next birth.
 *
 * Throws E_TIME for s outside [t0, T], E_DIVERGED (from the integrator) when a path leaves the finite numbers.
 */

import type { Batch } from '../contracts/batch.js';
import { zeros } from '../contracts/batch.js';
import type { Key } from '../contracts/random.js';
import { createIntegrator } from '../numerics/index.js';
import type { BankRecipe, PathProblem } from './path-recipe.js';

/** Draws y_s ~ p_s: row i of `out` belongs to sample first + i and time s[i]. */
export type StartStates = (first: number, count: number, s: Float64Array, out: Batch) => void;

/** The epoch in which the paths that block `index` holds at `epoch` were born. */
export const birthOf = (epoch: number, index: number, period: number): number =>
  period === 0 ? 0 : Math.max(0, epoch - ((epoch + index) % period));

interface Block {
  birth: number;
  /** [cells][rows][d] */
  readonly states: Float64Array;
}

export const createBank = ({ sde, data }: PathProblem, recipe: BankRecipe, key: Key): StartStates => {
  const d = sde.dim;
  const { t0, T } = sde.span;
  const { paths, block: blockSize, cells, period } = recipe;
  const spacing = (T - t0) / cells;
  const gridTime = (j: number) => t0 + j * spacing;
  const integrator = createIntegrator(sde, { scheme: recipe.scheme, step: recipe.step });
  const dataKey = key.at('data');
  const noiseKey = key.at('noise');
  const remainderKey = key.at('remainder');
  const blocks = new Map<number, Block>();

  const simulate = (index: number, birth: number): Block => {
    const first = index * blockSize;
    const rows = Math.min(blockSize, paths - first);
    const block = blocks.get(index) ?? { birth, states: new Float64Array(cells * rows * d) };
    const y = zeros(rows, d);
    const from = new Float64Array(rows);
    const to = new Float64Array(rows);
    const noise = noiseKey.at(birth);
    data.draw(dataKey.at(birth), first, y);
    block.states.set(y.data);
    for (let j = 1; j < cells; j++) {
      integrator.advance(y, from.fill(gridTime(j - 1)), to.fill(gridTime(j)), noise.at(j), first);
      block.states.set(y.data, j * rows * d);
    }
    block.birth = birth;
    blocks.set(index, block);
    return block;
  };
  const blockAt = (index: number, birth: number): Block => {
    const held = blocks.get(index);
    return held?.birth === birth ? held : simulate(index, birth);
  };
  const cellOf = (s: number): number => {
    const j = Math.min(cells - 1, Math.floor((s - t0) / spacing));
    return j > 0 && gridTime(j) > s ? j - 1 : j;
  };

  return (first, count, s, out) => {
    const from = new Float64Array(count);
    for (let row = 0; row < count; ) {
      const sample = first + row;
      const slot = sample % paths;
      const index = Math.floor(slot / blockSize);
      const blockFirst = index * blockSize;
      const rows = Math.min(blockSize, paths - blockFirst);
      const { states } = blockAt(index, birthOf(Math.floor(sample / paths), index, period));
      const end = Math.min(count, row + blockFirst + rows - slot);
      for (let path = slot - blockFirst; row < end; row++, path++) {
        const j = cellOf(s[row]!);
        from[row] = gridTime(j);
        const at = (j * rows + path) * d;
        for (let c = 0; c < d; c++) out.data[row * d + c] = states[at + c]!;
      }
    }
    integrator.advance(out, from, s, remainderKey, first);
  };
};
