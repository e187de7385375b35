/**
 * One optimiser set for every device, on the flat parameter vector p (float32; the arithmetic of an update is float64, rounded once where it is stored).
 *
 * With gradient g shortened to the norm `clip`, step k = 1, 2, … and learning rate η_k:
 *
 *     adam   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,   p ← p − η_k m̂ / (√v̂ + ε),   m̂ = m/(1 − β₁ᵏ), v̂ = v/(1 − β₂ᵏ)
 *     sgd    u ← μ u + g,   p ← p − η_k u
 *     ema    e ← a e + (1 − a) p,   a = min(ema, k/(9 + k))         (with k − 1 steps done before this one: (1 + (k − 1))/(10 + (k − 1)))
 *
 *     η_k = η · k/warmup while k < warmup; then η, or under cosine decay η (floor + (1 − floor) ½ (1 + cos π x)), x = (k − warmup)/(steps − warmup) in [0, 1].
 *
 * A gradient counts as finite when its squared norm is finite in float32, so that v cannot overflow.
 */
import type { OptimiserSpec } from '@fokker/core';

/** η_k of step k ≥ 1. */
export const learningRate = (spec: OptimiserSpec, step: number): number => {
  if (step < spec.warmup) return (spec.learningRate * step) / spec.warmup;
  if (spec.decay === 'none') return spec.learningRate;
  const length = spec.steps - spec.warmup;
  const x = length > 0 ? Math.min(1, (step - spec.warmup) / length) : 1;
  return spec.learningRate * (spec.floor + (1 - spec.floor) * 0.5 * (1 + Math.cos(Math.PI * x)));
};

/** Weight of the old average at step k ≥ 1. */
export const emaDecay = (spec: OptimiserSpec, step: number): number => Math.min(spec.ema, step / (9 + step));

/** ‖g‖₂, summed in float64; infinite where the square does not fit into float32. */
export const gradientNorm = (gradient: Float32Array): number => {
  let squares = 0;
  for (let i = 0; i < gradient.length; i++) squares += gradient[i]! * gradient[i]!;
  return Number.isFinite(Math.fround(squares)) ? Math.sqrt(squares) : Number.POSITIVE_INFINITY;
};

/** What an update changes in place. */
export interface OptimiserState {
  readonly params: Float32Array;
  readonly ema: Float32Array;
  readonly slots: Readonly<Record<string, Float32Array>>;
}

type Rule = {
  readonly slots: readonly string[];
  readonly update: (
    spec: OptimiserSpec,
    step: number,
    rate: number,
    g: Float32Array,
    scale: number,
    p: Float32Array,
    slots: readonly Float32Array[],
  ) => void;
};

const rules: Record<OptimiserSpec['id'], Rule> = {
  adam: {
    slots: ['m', 'v'],
    update({ beta1, beta2, epsilon }, step, rate, g, scale, p, slots) {
      const m = slots[0]!;
      const v = slots[1]!;
      const size = rate / (1 - beta1 ** step);
      const correction = 1 / (1 - beta2 ** step);
      for (let i = 0; i < p.length; i++) {
        const gi = g[i]! * scale;
        const mi = beta1 * m[i]! + (1 - beta1) * gi;
        const vi = beta2 * v[i]! + (1 - beta2) * gi * gi;
        m[i] = mi;
        v[i] = vi;
        p[i] = p[i]! - (size * mi) / (Math.sqrt(vi * correction) + epsilon);
      }
    },
  },
  sgd: {
    slots: ['velocity'],
    update({ momentum }, _step, rate, g, scale, p, slots) {
      const velocity = slots[0]!;
      for (let i = 0; i < p.length; i++) {
        const u = momentum * velocity[i]! + g[i]! * scale;
        velocity[i] = u;
        p[i] = p[i]! - rate * u;
      }
    },
  },
};

/** Names of the slots an optimiser keeps, each as long as the parameters. */
export const slotNames = (spec: OptimiserSpec): readonly string[] => rules[spec.id].slots;

/** One step in place; `norm` is the gradient's norm, `step` counts from 1. Returns η_k. */
export const updateParameters = (
  spec: OptimiserSpec,
  step: number,
  gradient: Float32Array,
  norm: number,
  state: OptimiserState,
): number => {
  const rate = learningRate(spec, step);
  const scale = norm > spec.clip ? spec.clip / norm : 1;
  const rule = rules[spec.id];
  const slots = rule.slots.map((name) => state.slots[name]!);
  rule.update(spec, step, rate, gradient, scale, state.params, slots);
  const keep = emaDecay(spec, step);
  const { ema, params } = state;
  for (let i = 0; i < ema.length; i++) ema[i] = keep * ema[i]! + (1 - keep) * params[i]!;
  return rate;
};
