/**
 * One step of each sampler on the linear case, y⁺ = a y + N(0, b²), worked out by hand from its formula. Drift −ρ(t) y, noise g(t), variance v(t) of the law, so with h = t⁺ − t < 0
 *
 *     reverse drift κ(t) y,   κ = −ρ + g²/v          flow   κ_½(t) y,   κ_½ = −ρ + ½ g²/v
 *
 * VP in its clock: λ = B(t) − B(t⁺), α = e^{−λ/2}, w = 1 − α².
 */
import type { SamplerDefinition } from '@fokker/core';
import type { z } from 'zod';
import type { vpTransition } from './linear-case.js';

export interface LinearStep {
  readonly a: number;
  readonly b2: number;
}
type Law = (typeof vpTransition)['law'];
type Recursion = (law: Law, t: number, next: number) => LinearStep;

const kappa = ({ rate, noise, variance }: Law, t: number, c: number) => -rate(t) + (c * noise(t) ** 2) / variance(t);
const clock = ({ B }: Law, t: number, next: number) => {
  const lambda = B(t) - B(next);
  return { lambda, alpha: Math.exp(-0.5 * lambda), w: -Math.expm1(-lambda) };
};

export const eulerMaruyamaStep: Recursion = (law, t, next) => ({
  a: 1 + (next - t) * kappa(law, t, 1),
  b2: (t - next) * law.noise(t) ** 2,
});

export const heunStep =
  (c: 1 | 0.5): Recursion =>
  (law, t, next) => {
    const h = next - t;
    const [here, there] = [kappa(law, t, c), kappa(law, next, c)];
    const b = (1 + 0.5 * h * there) * law.noise(t + h / 2);
    return { a: 1 + 0.5 * h * (here + there * (1 + h * here)), b2: c === 1 ? -h * b * b : 0 };
  };

export const sra1Step: Recursion = (law, t, next) => {
  const h = next - t;
  const [here, stage] = [kappa(law, t, 1), kappa(law, t + 0.75 * h, 1)];
  const [g, gNext] = [law.noise(t), law.noise(next)];
  // ⅔ h κ · (3/2) g⁺ χ + g⁺ (ΔW − χ) + g χ,  χ/√|h| = ½ ξ₁ + ξ₂/(2√3)
  const perChi = h * stage * gNext - gNext + g;
  const [b1, b2] = [gNext + 0.5 * perChi, perChi / (2 * Math.sqrt(3))];
  return { a: 1 + (h / 3) * here + ((2 * h) / 3) * stage * (1 + 0.75 * h * here), b2: -h * (b1 * b1 + b2 * b2) };
};

/** In the clock f̄ = −½ y: the linearised reverse drift is ½ ŷ with (½ − 1/v) y at the start. */
export const localLinearStep: Recursion = (law, t, next) => {
  const { lambda } = clock(law, t, next);
  return {
    a: 1 + 2 * Math.expm1(0.5 * lambda) * (0.5 - 1 / law.variance(t)),
    b2: Math.expm1(lambda),
  };
};

export const reverseDiffusionStep: Recursion = (law, t, next) => {
  const { alpha, w } = clock(law, t, next);
  return { a: 2 - alpha - w / law.variance(t), b2: w };
};

export const ancestralStep =
  (variance: 'posterior' | 'transition'): Recursion =>
  (law, t, next) => {
    const { alpha, w } = clock(law, t, next);
    const before = -Math.expm1(-law.B(next));
    const b2 = variance === 'transition' ? w : (w * before) / (alpha * alpha * before + w);
    return { a: (1 - w / law.variance(t)) / alpha, b2 };
  };

/** A corrector with fixed ε, then Euler–Maruyama. */
export const correctedStep =
  (epsilon: number): Recursion =>
  (law, t, next) => {
    const { a, b2 } = eulerMaruyamaStep(law, t, next);
    return { a: a * (1 - epsilon / law.variance(t)), b2: a * a * 2 * epsilon + b2 };
  };

/** Variance at the end of a grid, from v0 at its start. */
export const carriedVariance = (recursion: Recursion, law: Law, grid: readonly number[], v0: number): number =>
  grid.slice(1).reduce((v, next, k) => {
    const { a, b2 } = recursion(law, grid[k]!, next);
    return a * a * v + b2;
  }, v0);

/** A sampler with options, defaults filled in. */
export const samplerOf = <O>(definition: SamplerDefinition<O>, options: z.input<z.ZodObject> = {}) =>
  definition.create(definition.options.parse(options));
