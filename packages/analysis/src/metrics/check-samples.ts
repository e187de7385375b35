/** What every sample metric asks of its two samples. Throws E_SHAPE, E_NOT_FINITE. */
import { type Batch, fail } from '@fokker/core';

export function checkSamples(a: Batch, b: Batch): void {
  if (a.d !== b.d || a.d < 1 || a.n < 1 || b.n < 1) {
    fail('E_SHAPE', {
      summary: 'a distance needs two samples of the same space',
      got: `[${a.n}, ${a.d}] and [${b.n}, ${b.d}]`,
      expected: '[n, d] and [m, d] with n, m, d ≥ 1',
      tryThis: ['compare samples of the same process'],
    });
  }
  for (const [name, { data, d }] of [['first', a] as const, ['second', b] as const]) {
    const wrong = data.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      fail('E_NOT_FINITE', {
        summary: `the ${name} sample is not finite`,
        got: `row ${Math.floor(wrong / d)}, coordinate ${wrong % d}: ${data[wrong]}`,
        expected: 'finite numbers',
        tryThis: ['look at the file or the sampler the sample comes from'],
      });
    }
  }
}
