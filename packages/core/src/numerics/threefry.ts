/**
 * Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"): a keyed bijection of 64-bit counters whose
 * outputs pass the usual batteries. Words are left in arrays, so that a draw allocates nothing.
 *
 *     round        a ← a + b,   b ← (b rotated left) ⊕ a
 *     every four   a ← a + k_j,   b ← b + k_{j+1} + j,   k₂ = k₀ ⊕ k₁ ⊕ parity, indices mod 3
 */

export const parity = 0x1bd11bda;
/** Bits by which rounds rotate: four rounds by the first, four by the second, and so on. */
export const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** The two 32-bit words of the last call of `threefry`, as signed integers. */
export const block = new Int32Array(2);
const [head, last] = [block.subarray(0, 1), block.subarray(1)];

/** Encrypts the counter (c0, c1) under the key (k0, k1) into `block`. All words are 32-bit; sign does not matter. */
export const threefry = (k0: number, k1: number, c0: number, c1: number): void => {
  block[0] = c0;
  block[1] = c1;
  encrypt(k0, k1, head, last, 1);
};

/** Encrypts n counters (first[i], second[i]) in place. One loop, written out, so that the processor works at several at a time. */
export const encrypt = (k0: number, k1: number, first: Int32Array, second: Int32Array, n: number): void => {
  const k2 = k0 ^ k1 ^ parity;
  for (let i = 0; i < n; i++) {
    let a = (first[i]! + k0) | 0;
    let b = (second[i]! + k1) | 0;

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

    first[i] = (a + k2) | 0;
    second[i] = (b + k0 + 5) | 0;
  }
};

/** The uniform of two words, (k + ½) 2⁻⁵² for 52 of their bits. */
export const toUniform = (high: number, low: number): number => ((high >>> 6) * 2 ** 26 + (low >>> 6) + 0.5) * 2 ** -52;
