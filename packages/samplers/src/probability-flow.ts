/**
 * The probability-flow ODE, integrated by Heun's method, in either direction of time (MATH §1, §6.3).
 *
 *     dy/dt = u(y, t) = f − ½ ∇·Q − ½ Q s
 *     ỹ  = y + h u(y, t),      y⁺ = y + ½ h [ u(y, t) + u(ỹ, t⁺) ]
 *
 * u transports p_t exactly; the method has order 2. Two score evaluations a step, no noise. Explicit: a direction contracted at rate r needs
 * |h| r < 2. A path whose predictor ỹ leaves the bound is lost there.
 */
import { heun } from '@fokker/core';
import { gridOptions } from './grid.js';
import { schemeSteps } from './scheme-steps.js';
import { travelWith } from './travel.js';

export const probabilityFlow = travelWith({
  id: 'probability-flow',
  summary: 'the deterministic flow with the same marginals, by Heun, forward or backward in time',
  direction: 'both',
  options: gridOptions,
  needs: { noise: 'any' },
  grid: (options) => options,
  start: (job, _options, guard) => schemeSteps(heun, job, guard, { c: 0.5 }),
});
