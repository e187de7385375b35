/**
 * The exact transition of an affine autonomous process with constant noise, dY = (A Y + b) dt + G dW.
 *
 *     mean(y, τ) = the first d components of exp([[A, b], [0, 0]] τ) (y, 1),     Σ(τ) = ∫₀^τ e^{Au} G Gᵀ e^{Aᵀu} du
 *
 * The larger exponential needs no centre, so A may be singular (constant forces, conserved sums).
 */
import { type GaussianTransition, linearTransition, zeros } from '@fokker/core';

type Matrix = readonly (readonly number[])[];

export const affineProcess = (A: Matrix, b: readonly number[], G: Matrix): GaussianTransition => {
  const d = b.length;
  const origin = b.map(() => 0);
  const centred = linearTransition(A, origin, G);
  if (b.every((value) => value === 0)) return centred;
  const larger = [...A.map((row, i) => [...row, b[i]!]), [...origin, 0]];
  const lifted = linearTransition(larger, [...origin, 0], [...G, G[0]!.map(() => 0)]);
  return {
    ...centred,
    mean(ys, s, t, out) {
      const [from, to] = [zeros(ys.n, d + 1), zeros(ys.n, d + 1)];
      for (let i = 0; i < ys.n; i++) {
        for (let j = 0; j < d; j++) from.data[i * (d + 1) + j] = ys.data[i * d + j]!;
        from.data[i * (d + 1) + d] = 1;
      }
      lifted.mean(from, s, t, to);
      for (let i = 0; i < ys.n; i++) {
        for (let j = 0; j < d; j++) out.data[i * d + j] = to.data[i * (d + 1) + j]!;
      }
    },
  };
};
