/**
 * The minimiser of an objective over affine scores s = c − K y, whose loss is quadratic in (K, c): one Newton step in float64 from gradients at unit parameters. With rows from a
 * rule that integrates polynomials of the degree that occurs exactly, expectations are closed forms.
 */
import type { NamedArray, Objective } from '@fokker/core';
import { add, matMul, neg, type Tensor2D, transpose } from '@fokker/ops';
import { lossesOf, type Network } from './losses.js';

/** Three-point Gauss–Hermite rule for N(0, 1): exact to degree 5. */
const nodes = [
  { at: 0, share: 2 / 3 },
  { at: Math.sqrt(3), share: 1 / 6 },
  { at: -Math.sqrt(3), share: 1 / 6 },
] as const;

/** Points of N(0, I) on R^dims with their shares. */
export const gaussHermite = (dims: number): readonly { at: readonly number[]; share: number }[] =>
  Array.from({ length: dims }).reduce<readonly { at: readonly number[]; share: number }[]>(
    (points) =>
      points.flatMap(({ at, share }) => nodes.map((node) => ({ at: [...at, node.at], share: share * node.share }))),
    [{ at: [], share: 1 }],
  );

const affine: Network = {
  apply: (p, { y }) => add(neg(matMul(y!, transpose(p.K!))), p.c!) as Tensor2D,
};

/** Gaussian elimination with pivoting. */
const solve = (A: readonly (readonly number[])[], b: readonly number[]): number[] => {
  const M = A.map((row, i) => [...row, b[i]!]);
  const size = b.length;
  for (let j = 0; j < size; j++) {
    const pivot = M.slice(j).reduce((best, row, k) => (Math.abs(row[j]!) > Math.abs(M[best]![j]!) ? j + k : best), j);
    [M[j], M[pivot]] = [M[pivot]!, M[j]!];
    for (let i = 0; i < size; i++) {
      if (i === j) continue;
      const factor = M[i]![j]! / M[j]![j]!;
      for (let k = j; k <= size; k++) M[i]![k]! -= factor * M[j]![k]!;
    }
  }
  return M.map((row, i) => row[size]! / row[i]!);
};

/** K [2, 2] row by row, c [2] and the least loss. */
export const affineMinimum = async (
  objective: Pick<Objective, 'perSample'>,
  arrays: Readonly<Record<string, NamedArray>>,
  share: Float64Array,
): Promise<{ K: number[]; c: number[]; minimum: number }> => {
  const losses = await lossesOf(objective, affine, { K: [2, 2], c: [2] }, arrays, share);
  const at = (p: readonly number[]) => losses({ K: p.slice(0, 4), c: p.slice(4) });
  const zero = [0, 0, 0, 0, 0, 0];
  const slope = at(zero).gradient;
  const columns = zero.map((_, k) => at(zero.with(k, 1)).gradient.map((g, i) => g - slope[i]!));
  const hessian = zero.map((_, i) => columns.map((column) => column[i]!));
  const best = solve(
    hessian,
    Array.from(slope, (g) => -g),
  );
  return { K: best.slice(0, 4), c: best.slice(4), minimum: at(best).value };
};
