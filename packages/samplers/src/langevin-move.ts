/** One step of overdamped Langevin dynamics with stationary law p:  out = y + h s(y) + √(2h) ξ,  s = ∇log p, h > 0 of each row. In place is allowed. */
import type { Batch } from '@fokker/core';

export function langevinMove(y: Batch, s: Batch, h: Float64Array, xi: Float64Array, out: Batch): void {
  for (let i = 0, k = 0; i < y.n; i++) {
    const spread = Math.sqrt(2 * h[i]!);
    for (let j = 0; j < y.d; j++, k++) out.data[k] = y.data[k]! + h[i]! * s.data[k]! + spread * xi[k]!;
  }
}

/** Where a chain at one time belongs: no grid of times to speak of, steps shared out between frames by their distance. */
export const chainGrid = { grid: 'uniform' } as const;
