/**
 * Watches the paths of a batch. A row that is not finite, or has |y_j| > bound, is lost: from then on it stays at its last state inside the bound, and
 * is recorded once, with the time of that state. It stays in the batch: nothing is dropped.
 */
import type { Batch, LostPath } from '@fokker/core';

export interface PathGuard {
  /** Lost so far, in order of loss; grows. */
  readonly lost: readonly LostPath[];
  /** Records row `row` as lost, with the time of its last state. */
  lose(row: number, t: number): void;
  /** Puts every lost row of `proposed`, old or new, back to its row of `previous`, the state at t. */
  hold(previous: Batch, proposed: Batch, t: number): void;
}

export function createPathGuard(n: number, first: number, bound: number): PathGuard {
  const isLost = new Uint8Array(n);
  const lost: LostPath[] = [];
  const lose = (row: number, t: number): void => {
    isLost[row] = 1;
    lost.push({ path: first + row, t });
  };
  return {
    lost,
    lose,
    hold(previous, proposed, t) {
      const { data, d } = proposed;
      for (let i = 0; i < n; i++) {
        const at = i * d;
        if (isLost[i] === 0) {
          let inside = true;
          for (let j = at; j < at + d; j++) inside = inside && Math.abs(data[j]!) <= bound;
          if (inside) continue;
          lose(i, t);
        }
        for (let j = at; j < at + d; j++) data[j] = previous.data[j]!;
      }
    },
  };
}
