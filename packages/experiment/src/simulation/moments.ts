/**
 * Mean and standard deviation of each coordinate, row by row as they come (Welford 1962):
 *
 *     m ← m + (x − m)/k,    S ← S + (x − m_before)(x − m),    deviation = √(S/n)
 *
 * In the order of the rows, so that the last digit does not depend on the chunks they come in.
 */
import type { Batch } from '@fokker/core';

export interface Moments {
  readonly t: number;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

export interface MomentsOf {
  add(rows: Batch): void;
  moments(): Moments;
}

export function createMoments(t: number, d: number): MomentsOf {
  const [mean, square] = [new Float64Array(d), new Float64Array(d)];
  let k = 0;
  return {
    add({ data, n }) {
      for (let i = 0, at = 0; i < n; i++) {
        k += 1;
        for (let j = 0; j < d; j++, at++) {
          const off = data[at]! - mean[j]!;
          mean[j]! += off / k;
          square[j]! += off * (data[at]! - mean[j]!);
        }
      }
    },
    moments: () => ({ t, mean: [...mean], deviation: Array.from(square, (sum) => Math.sqrt(sum / k)) }),
  };
}

export function momentsOf(t: number, y: Batch): Moments {
  const whole = createMoments(t, y.d);
  whole.add(y);
  return whole.moments();
}
