/**
 * Independent laws side by side: p(y) = Π_k p_k(y^{(k)}), y the concatenation of the y^{(k)}. Part k draws from `key.at(k)`.
 */
import { type Batch, type Distribution, zeros } from '@fokker/core';

/** Density and score exist where all parts have theirs. */
export const productLaw = (...parts: readonly Distribution[]): Distribution => {
  const dim = parts.reduce((sum, part) => sum + part.dim, 0);
  const offsets = parts.map((_, k) => parts.slice(0, k).reduce((sum, part) => sum + part.dim, 0));
  const partOf = ({ data, n, d }: Batch, k: number): Batch => {
    const part = zeros(n, parts[k]!.dim);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < part.d; j++) part.data[i * part.d + j] = data[i * d + offsets[k]! + j]!;
    }
    return part;
  };
  const write = (part: Batch, k: number, { data, d }: Batch): void => {
    for (let i = 0; i < part.n; i++) {
      for (let j = 0; j < part.d; j++) data[i * d + offsets[k]! + j] = part.data[i * part.d + j]!;
    }
  };
  return {
    dim,
    sample(key, first, out) {
      parts.forEach((law, k) => {
        const part = zeros(out.n, law.dim);
        law.sample(key.at(k), first, part);
        write(part, k, out);
      });
    },
    ...(parts.every((law) => law.logDensity !== undefined) && {
      logDensity(y: Batch, out: Float64Array) {
        const own = new Float64Array(y.n);
        out.fill(0, 0, y.n);
        parts.forEach((law, k) => {
          law.logDensity?.(partOf(y, k), own);
          for (let i = 0; i < y.n; i++) out[i]! += own[i]!;
        });
      },
    }),
    ...(parts.every((law) => law.score !== undefined) && {
      score(y: Batch, out: Batch) {
        parts.forEach((law, k) => {
          const part = zeros(y.n, law.dim);
          law.score?.(partOf(y, k), part);
          write(part, k, out);
        });
      },
    }),
  };
};
