/**
 * No dynamics: the law of the data itself, for static density estimation. What a configuration without a process means.
 *
 * Chains that sample it start uniformly in the box that holds the data (Osada et al. 2024, appendix B).
 */
import {
  type Batch,
  type Dataset,
  type Distribution,
  defineSde,
  densityProcess,
  fillUniform,
  rootKey,
  zeros,
} from '@fokker/core';
import { z } from 'zod';

export const density = defineSde({
  id: 'density',
  summary: 'no dynamics: the law of the data itself, at one time',
  parameters: z.strictObject({ dim: z.int().positive().default(2).describe('dimension of the data') }),
  create: ({ dim }) => densityProcess(dim),
});

export interface Box {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const boxRows = 8192;

/** The smallest box that holds a pilot of the data. */
export function boxOf(data: Dataset): Box {
  const y = zeros(boxRows, data.dim);
  data.draw(rootKey(0).at('box'), 0, y);
  const [low, high] = [
    new Array<number>(y.d).fill(Number.POSITIVE_INFINITY),
    new Array<number>(y.d).fill(Number.NEGATIVE_INFINITY),
  ];
  for (let k = 0; k < y.data.length; k++) {
    const j = k % y.d;
    low[j] = Math.min(low[j]!, y.data[k]!);
    high[j] = Math.max(high[j]!, y.data[k]!);
  }
  return { low, high };
}

/** The uniform law on a box. */
export function uniformOn({ low, high }: Box): Distribution {
  const dim = low.length;
  return {
    dim,
    sample(key, first, out: Batch) {
      fillUniform(key, first, out.n, dim, out.data);
      for (let k = 0; k < out.n * dim; k++) {
        const j = k % dim;
        out.data[k] = low[j]! + (high[j]! - low[j]!) * out.data[k]!;
      }
    },
  };
}
