/**
 * How a network's output becomes a score (MATH §5.10), as scales: functions of time alone beside a fixed score, so that no choice moves the minimiser.
 *
 *     scaled          s = NN/σ̄(t)
 *     plain           s = NN
 *     prior-residual  s = Bᵀ∇log π(y) + c(t) NN,    c(t) = max(e^{−B(t)/2}, 0.05)/σ̄(t)
 *
 * π is the prior, which p_t tends to; e^{−B/2} is how far a time-changed process of unit rate is from it, 1 where there is no clock. The network of a prior-residual learns what is left; on plain times its
 * output shrinks as that does, and never below a twentieth: metastable priors are not reached.
 *
 * Throws E_CAPABILITY for a prior-residual without a prior whose score is known.
 */
import type { NetworkScales } from '../contracts/objective.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';

export const parametrisations = ['scaled', 'plain', 'prior-residual'] as const;
export type Parametrisation = (typeof parametrisations)[number];

const leastShare = 0.05;

export const parametrise = (sde: Sde, scales: NetworkScales, kind: Parametrisation): NetworkScales => {
  if (kind === 'scaled') return scales;
  if (kind === 'plain') return { ...scales, output: scales.t.map(() => 1) };
  if (sde.prior?.score === undefined) {
    return fail('E_CAPABILITY', {
      summary: "parametrisation 'prior-residual' does not fit this process",
      got: sde.prior === undefined ? 'a process without a prior' : 'a prior whose score is not known',
      expected: "'prior' with its score ∇log π",
      tryThis: ['parametrisation: scaled'],
    });
  }
  const clock = sde.timeChange?.clock;
  const share = (t: number): number => (clock === undefined ? 1 : Math.max(Math.exp(-0.5 * clock.B(t)), leastShare));
  return { ...scales, output: scales.t.map((t, j) => scales.noise[j]! / share(t)), baseline: 'prior' };
};
