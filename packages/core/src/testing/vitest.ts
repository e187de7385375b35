/**
 * `expect(actual).toBeAllClose(expected, { rtol, atol })` for vitest: import this module once in a test file.
 */
import { expect } from 'vitest';
import { disagreement, type Numbers, type Tolerance } from './close.js';

declare module 'vitest' {
  interface Matchers<T> {
    toBeAllClose(expected: Numbers, tolerance: Tolerance): T;
  }
}

expect.extend({
  toBeAllClose(actual: Numbers, expected: Numbers, tolerance: Tolerance) {
    const found = disagreement(actual, expected, tolerance);
    return { pass: found === undefined, message: () => found ?? 'every entry agrees within the tolerance' };
  },
});
