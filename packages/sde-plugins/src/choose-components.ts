/** The component of each of the samples first … first + n − 1 of a mixture, drawn with its weight: a function of (key, index) alone. */
import { fillUniform, type Key } from '@fokker/core';

export const chooseComponents = (weight: Float64Array, key: Key, first: number, n: number): Int32Array => {
  const u = new Float64Array(n);
  fillUniform(key.at('component'), first, n, 1, u);
  return Int32Array.from(u, (share) => {
    let k = 0;
    for (let upTo = weight[0]!; share >= upTo && k < weight.length - 1; upTo += weight[++k]!);
    return k;
  });
};
