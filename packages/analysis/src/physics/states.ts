/**
 * States of p_t as estimators read them: all at once, or a batch at a time, so that more samples than fit into memory can be averaged over.
 */
import { type Batch, fail, type ScoreField, type Sde } from '@fokker/core';

/** One batch, or batches in a fixed order. */
export type States = Batch | Iterable<Batch> | AsyncIterable<Batch>;

/** A process and its score. */
export interface Driven {
  readonly sde: Sde;
  readonly score: ScoreField;
}

/** Rows of one evaluation: large enough for a network, small enough for the caches. */
const rows = 4096;

const isBatch = (states: States): states is Batch => 'data' in states;

/** Batches of at most 4096 rows, views where nothing has to be copied. E_SHAPE for states of another dimension. */
export async function* batchesOf(states: States, dim: number): AsyncGenerator<Batch> {
  for await (const batch of isBatch(states) ? [states] : states) {
    if (batch.d !== dim || batch.data.length < batch.n * batch.d) {
      fail('E_SHAPE', {
        summary: 'the states do not fit the process',
        got: `[${batch.n}, ${batch.d}] in ${batch.data.length} numbers`,
        expected: `[n, ${dim}]`,
        tryThis: ['states: samples of this process at time t'],
      });
    }
    for (let first = 0; first < batch.n; first += rows) {
      const n = Math.min(rows, batch.n - first);
      yield { data: batch.data.subarray(first * dim, (first + n) * dim), n, d: dim };
    }
  }
}
