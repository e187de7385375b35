/**
 * Logistic regression by Newton's method, float64.
 *
 *     P(label 1 | φ) = 1/(1 + e^{−w·φ}),    min over w of  −Σ log-likelihood + ½ ρ ‖w‖²
 *     w ← w + (Σ p(1 − p) φφᵀ + ρ I)⁻¹ (Σ (label − p) φ − ρ w)
 *
 * Convex; ρ > 0 keeps separable samples from running away. A step is halved until the loss falls.
 */
import { cholesky, solveLower, solveLowerTransposed } from '@fokker/core';

const largestSteps = 50;

const logOnePlusExp = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));

const product = (w: Float64Array, phi: Float64Array, at: number): number => {
  let sum = 0;
  for (let k = 0; k < w.length; k++) sum += w[k]! * phi[at + k]!;
  return sum;
};

/** w for features φ [n, p] and labels 0 or 1, [n]. */
export function fitLogistic(phi: Float64Array, labels: Uint8Array, p: number, ridge = 1e-3): Float64Array {
  const n = labels.length;
  let w = new Float64Array(p);
  const loss = (at: Float64Array): number => {
    let sum = 0.5 * ridge * at.reduce((square, x) => square + x * x, 0);
    for (let i = 0; i < n; i++) {
      const x = product(at, phi, i * p);
      sum += logOnePlusExp(x) - labels[i]! * x;
    }
    return sum;
  };
  let current = loss(w);
  for (let step = 0; step < largestSteps; step++) {
    const H = new Float64Array(p * p);
    const direction = w.map((value) => -ridge * value);
    for (let k = 0; k < p; k++) H[k * p + k] = ridge;
    for (let i = 0; i < n; i++) {
      const at = i * p;
      const chance = 1 / (1 + Math.exp(-product(w, phi, at)));
      const weight = chance * (1 - chance);
      for (let k = 0; k < p; k++) {
        direction[k]! += (labels[i]! - chance) * phi[at + k]!;
        const scaled = weight * phi[at + k]!;
        for (let l = 0; l <= k; l++) H[k * p + l]! += scaled * phi[at + l]!;
      }
    }
    if (cholesky(p, H, 0, H, 0) >= 0) return w;
    solveLower(p, H, 0, direction, 0, direction, 0);
    solveLowerTransposed(p, H, 0, direction, 0, 1, direction, 0);
    let size = 1;
    let next = w;
    let found = Number.POSITIVE_INFINITY;
    for (; size > 1e-6 && !(found < current); size /= 2) {
      next = w.map((value, k) => value + size * direction[k]!);
      found = loss(next);
    }
    if (!(found < current)) return w;
    const gain = current - found;
    [w, current] = [next, found];
    if (gain < 1e-10 * n) return w;
  }
  return w;
}
