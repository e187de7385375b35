/**
 * The stationary law N(c, Σ) of dY = A (Y − c) dt + G dW, found as the transition over a time so long that the start is forgotten:
 * τ doubles until ‖e^{Aτ}‖ is below round-off, and Σ = Σ_τ up to its square. Undefined when that never happens (an eigenvalue of A with
 * real part ≥ 0) or when Σ is singular (noise that never reaches some direction).
 */
import { type Distribution, gaussianDistribution, isFokkerError, linearTransition, zeros } from '@fokker/core';

const forgotten = 1e-17;
/** Largest transient growth of ‖e^{Aτ}‖ that is followed; beyond it A counts as unstable. */
const runaway = 1e8;

const largest = (values: Float64Array): number => values.reduce((max, x) => Math.max(max, Math.abs(x)), 0);

export const stationaryLaw = (
  A: readonly (readonly number[])[],
  c: readonly number[],
  G: readonly (readonly number[])[],
): Distribution | undefined => {
  const d = A.length;
  const norm = Math.max(...A.map((row) => row.reduce((sum, a) => sum + Math.abs(a), 0)));
  if (norm === 0) return undefined;

  const origin = Array.from({ length: d }, () => 0);
  const transition = linearTransition(A, origin, G);
  const identity = zeros(d, d);
  for (let i = 0; i < d; i++) identity.data[i * d + i] = 1;
  const decay = zeros(d, d);
  const start = new Float64Array(d);
  for (let tau = 1 / norm, doublings = 0; doublings < 60; tau *= 2, doublings++) {
    const end = new Float64Array(d).fill(tau);
    transition.mean(identity, start, end, decay);
    const size = largest(decay.data);
    if (!(size < runaway)) return undefined;
    if (size < forgotten) return gaussianAt(c, () => rootAt(tau));
  }
  return undefined;

  function rootAt(tau: number): Float64Array {
    const root = new Float64Array(d * d);
    transition.root(Float64Array.of(0), Float64Array.of(tau), root);
    return root;
  }
};

/** N(c, L Lᵀ), or undefined where there is no L. */
const gaussianAt = (c: readonly number[], root: () => Float64Array): Distribution | undefined => {
  const d = c.length;
  try {
    const L = root();
    const covariance = c.map((_, i) =>
      c.map((_, j) => {
        let sum = 0;
        for (let k = 0; k <= Math.min(i, j); k++) sum += L[i * d + k]! * L[j * d + k]!;
        return sum;
      }),
    );
    return gaussianDistribution(c, covariance);
  } catch (error) {
    if (isFokkerError(error) && error.code === 'E_COVARIANCE') return undefined;
    throw error;
  }
};
