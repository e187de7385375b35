/**
 * Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"): a keyed bijection of 64-bit counters whose
 * outputs pass the usual batteries. Words are left in arrays, so that a draw allocates nothing.
 */

/** The two 32-bit words of the last call of `threefry`, as signed integers. */
export const block = new Int32Array(2);

const parity = 0x1bd11bda;

/** Encrypts the counter (c0, c1) under the key (k0, k1) into `block`. All words are 32-bit; sign does not matter. */
export const threefry = (k0: number, k1: number, c0: number, c1: number): void => {
  block[0] = c0;
  block[1] = c1;
  encrypt(k0, k1, block, 1);
};

/** Encrypts n counters in place: counter i is words[2i], words[2i + 1]. One loop, so that the processor works at several at a time. */
export const encrypt = (k0: number, k1: number, words: Int32Array, n: number): void => {
  const k2 = k0 ^ k1 ^ parity;
  for (let i = 0; i < 2 * n; i += 2) {
    let a = (words[i]! + k0) | 0;
    let b = (words[i + 1]! + k1) | 0;

    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    a = (a + b) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    a = (a + b) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    a = (a + b) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    a = (a + k1) | 0;
    b = (b + k2 + 1) | 0;

    a = (a + b) | 0;
    b = ((b << 17) | (b >>> 15)) ^ a;
    a = (a + b) | 0;
    b = ((b << 29) | (b >>> 3)) ^ a;
    a = (a + b) | 0;
    b = ((b << 16) | (b >>> 16)) ^ a;
    a = (a + b) | 0;
    b = ((b << 24) | (b >>> 8)) ^ a;
    a = (a + k2) | 0;
    b = (b + k0 + 2) | 0;

    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    a = (a + b) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    a = (a + b) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    a = (a + b) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    a = (a + k0) | 0;
    b = (b + k1 + 3) | 0;

    a = (a + b) | 0;
    b = ((b << 17) | (b >>> 15)) ^ a;
    a = (a + b) | 0;
    b = ((b << 29) | (b >>> 3)) ^ a;
    a = (a + b) | 0;
    b = ((b << 16) | (b >>> 16)) ^ a;
    a = (a + b) | 0;
    b = ((b << 24) | (b >>> 8)) ^ a;
    a = (a + k1) | 0;
    b = (b + k2 + 4) | 0;

    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    a = (a + b) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    a = (a + b) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    a = (a + b) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;

    words[i] = (a + k2) | 0;
    words[i + 1] = (b + k0 + 5) | 0;
  }
};
