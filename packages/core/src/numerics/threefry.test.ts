import { expect, test } from 'vitest';
import { block, threefry } from './threefry.js';

// Known answers published with Random123 (kat_vectors, threefry2x32, 20 rounds): key, counter, result.
test.each([
  [
    [0, 0],
    [0, 0],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x13198a2e, 0x03707344],
    [0x243f6a88, 0x85a308d3],
    [0xc4923a9c, 0x483df7a0],
  ],
] as const)('known answer under key %o', (key, counter, expected) => {
  threefry(key[0], key[1], counter[0], counter[1]);
  expect([block[0]! >>> 0, block[1]! >>> 0]).toEqual(expected);
});
