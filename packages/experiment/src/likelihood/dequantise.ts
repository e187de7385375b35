/**
 * Data of discrete levels, 0 … L − 1 as 8-bit images are, spread uniformly over their cells of the range [a, b] the score was trained on (Theis et al. 2016):
 *
 *     x = a + (b − a) (k + u)/L,   u ~ U(0, 1)          −log₂ P(k) ≤ E[ −log₂ p(x) ] + d log₂(L/(b − a))
 *
 * so bits per coordinate gain log₂(L/(b − a)): 8 for bytes in [0, 1], 7 in [−1, 1] (MATH §5.8). Row i draws u of (key, i).
 */
import { type Batch, fail, fillUniform, type Key } from '@fokker/core';

export interface Levels {
  /** L; the data are whole numbers from 0 to L − 1. */
  readonly levels: number;
  /** [a, b] */
  readonly range: readonly [number, number];
}

/** Bits a coordinate owes to the size of its cell. */
export const cellBits = ({ levels, range: [a, b] }: Levels): number => Math.log2(levels / (b - a));

/** E_DATA where a value is no level. */
export function dequantise({ data, n, d }: Batch, { levels, range: [a, b] }: Levels, key: Key): Batch {
  if (!(b > a)) {
    fail('E_USAGE', {
      summary: 'the range of levels is empty',
      got: `from ${a} to ${b}`,
      expected: 'a smaller number before a larger',
      tryThis: ['range: 0,1', 'range: -1,1'],
    });
  }
  const wrong = data.findIndex((k) => !(Number.isInteger(k) && k >= 0 && k < levels));
  if (wrong >= 0) {
    fail('E_DATA', {
      summary: 'a value is not a level',
      got: `${data[wrong]} in row ${Math.floor(wrong / d)}, column ${wrong % d} (counted from 0)`,
      expected: `whole numbers from 0 to ${levels - 1}`,
      tryThis: ['give the data as they were before scaling', 'leave levels out for data that are continuous'],
    });
  }
  const u = new Float64Array(n * d);
  fillUniform(key.at('dequantise'), 0, n, d, u);
  return { data: data.map((k, i) => a + ((b - a) * (k + u[i]!)) / levels), n, d };
}
