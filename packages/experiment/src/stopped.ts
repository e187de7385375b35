/** Work that its caller's signal ended. */
import { FokkerError } from '@fokker/core';

/** E_INTERRUPTED: `what` stopped on request. */
export const stopped = (what: string, again = 'run it again: the same seed gives the same numbers'): FokkerError =>
  new FokkerError('E_INTERRUPTED', {
    summary: `${what} stopped on request`,
    got: 'an aborted signal',
    expected: 'time to finish',
    tryThis: [again],
  });
