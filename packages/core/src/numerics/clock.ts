/**
 * The clock of a linear noise schedule on [0, T] (MATH of VP: β from β₀ to β₁).
 *
 *     β(t) = β₀ + (β₁ − β₀) t/T,   B(t) = β₀ t + (β₁ − β₀) t²/(2T),   B⁻¹(θ) = 2θ / (β₀ + √(β₀² + 2 (β₁ − β₀) θ/T))
 *
 * The inverse is written so that nothing cancels as θ → 0. β₀ > 0, β₁ ≥ β₀; not checked.
 */
import type { Clock } from '../contracts/index.js';

export const linearClock = (beta0: number, beta1: number, T: number): Clock => {
  const slope = (beta1 - beta0) / T;
  return {
    beta: (t) => beta0 + slope * t,
    B: (t) => (beta0 + 0.5 * slope * t) * t,
    inverse: (theta) => (2 * theta) / (beta0 + Math.sqrt(beta0 * beta0 + 2 * slope * theta)),
  };
};
