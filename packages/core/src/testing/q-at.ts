/** Q = G Gᵀ of any process at a state and a time. */
import type { Batch } from '../contracts/batch.js';
import type { Sde } from '../contracts/sde.js';
import { entriesLength, fillQ } from '../numerics/noise.js';

/** Writes Q at row `row` of y and time t, [d·d]. */
export const createQAt = ({
  dim,
  diffusion,
}: Pick<Sde, 'dim' | 'diffusion'>): ((y: Batch, row: number, t: number, Q: Float64Array) => void) => {
  const entries = new Float64Array(entriesLength(diffusion));
  return (y, row, t, Q) => {
    diffusion.entries(t, entries, y.data, row * dim);
    fillQ(diffusion, entries, Q);
  };
};
