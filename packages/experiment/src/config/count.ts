/** Counts that scripts and flags give: E_USAGE for what is not a whole number within reach. */
import { fail } from '@fokker/core';
import { largestCount } from './schema.js';

export function checkCount(value: number, name: string, least = 1, most = largestCount): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  fail('E_USAGE', {
    summary: `${name} has to be a whole number`,
    got: `${name} = ${value}`,
    expected: `an integer from ${least} to ${most}`,
    tryThis: [`${name}: ${Math.min(1000, most)}`],
  });
}
