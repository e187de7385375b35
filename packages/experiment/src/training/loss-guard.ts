/**
 * Notices a training that diverges while all its numbers are finite.
 *
 *     ℓ_0 = max(½ E_t Σ_k w_k(t)/σ̄(t)², |loss of the first step|)      the loss of a score of zero, by the sizes of the pilot or as it was seen
 *     m   = median of the losses of the last L = 100 steps
 *
 *     diverged:   m > c ℓ_0   or   m < −c² ℓ_0,      c = `training.divergence`, 1000 unless given
 *
 * Above: ½‖s − g‖² or ½‖s‖² of c ℓ_0 takes a score √c (thirty) times as long as what it should learn; a score of zero does better. Below: losses without their constant
 * (LCSS, SSM, ISM) have their minimum at −½ E‖∇log p_t‖²_W, which exceeds the ½ r w/σ̄² of the Gaussian with the moments of p_t by (spread/structure)²; −c² ℓ_0 means structure a thousandth
 * of the spread at all times, finer than a network in float32 resolves. Healthy losses fall from ℓ_0 towards their minimum and stay far inside both; the median leaves single
 * batches of heavy tails aside. The windows follow each other without overlap, and the open one is in the checkpoint.
 */
import { type Prepared, type Problem, piecewiseLinear } from '@fokker/core';
import { z } from 'zod';
import { median } from '../numbers.js';

const length = 100;
/** Points of the midpoint rule over the uniform variable of the times. */
const points = 256;

export const guardSchema = z.object({ scale: z.number().nonnegative().nullable(), losses: z.array(z.number()) });
/** Null: no step was taken. */
export type GuardState = z.infer<typeof guardSchema>;

/** ½ E_t Σ_k w_k(t)/σ̄(t)² over r directions. */
export function zeroScoreLoss(problem: Problem, { scales }: Pick<Prepared, 'scales'>, r: number): number {
  const noise = piecewiseLinear(scales.t, scales.noise);
  const weighting = problem.weighting(noise);
  const w = new Float64Array(r);
  const at = (t: number): number => {
    weighting.diagonal(t, w);
    return (0.5 * w.reduce((sum, entry) => sum + entry, 0)) / noise(t) ** 2;
  };
  if (problem.kind === 'density') return at(0);
  let sum = 0;
  for (let i = 0; i < points; i++) sum += at(problem.times.time((i + 0.5) / points)) / points;
  return sum;
}

export interface Excess {
  /** m */
  readonly median: number;
  /** ℓ_0 */
  readonly scale: number;
  /** The last step before the window. */
  readonly before: number;
}

export interface LossGuard {
  readonly state: GuardState;
  /** Adds the loss of a step; says so where the window that it closes has diverged. */
  add(step: number, loss: number): Excess | undefined;
}

/** `least`: ½ E_t Σ w/σ̄². */
export function createLossGuard(limit: number | 'off', least: number, saved?: GuardState): LossGuard {
  let state: GuardState = saved ?? { scale: null, losses: [] };
  return {
    get state() {
      return state;
    },
    add(step, loss) {
      const scale = state.scale ?? Math.max(least, Math.abs(loss));
      const losses = [...state.losses, loss];
      const full = losses.length === length;
      state = { scale, losses: full ? [] : losses };
      if (!full || limit === 'off') return undefined;
      const middle = median(losses);
      const beyond = middle > limit * scale || middle < -(limit ** 2) * scale;
      return beyond ? { median: middle, scale, before: step - length } : undefined;
    },
  };
}
