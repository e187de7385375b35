/** What answers a call after dispose(), the same on every device. Throws E_DEVICE. */
import { fail } from '@fokker/core';

const closed = (what: string, expected: string, remedy: string) => (): never =>
  fail('E_DEVICE', { summary: `this ${what} is closed`, got: 'a call after dispose()', expected, tryThis: [remedy] });

export const refuseClosedProgram = closed(
  'training program',
  'a live program',
  'compile the step again from its last state()',
);
export const refuseClosedForward = closed('forward function', 'a live function', 'ask the device for it again');
