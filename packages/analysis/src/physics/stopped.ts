import { fail } from '@fokker/core';

/** What long simulations do when their signal is aborted. */
export const stopWhenAsked = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted !== true) return;
  fail('E_INTERRUPTED', {
    summary: 'the estimate stopped on request',
    got: 'an aborted signal',
    expected: 'time to finish',
    tryThis: ['run it again: the same seed gives the same numbers'],
  });
};
