/**
 * The probability-flow ODE, integrated by Heun's method, in either direction of time (MATH §1, §6.3).
 *
 *     dy/dt = u(y, t) = f(y, t) − ½ Q(t) s(y, t)
 *     ỹ  = y + h u(y, t),      y⁺ = y + ½ h [ u(y, t) + u(ỹ, t⁺) ]
 *
 * u transports p_t exactly; the method has order 2. Two score evaluations a step, no noise. Explicit: a direction contracted at rate r needs
 * |h| r < 2. A path whose predictor ỹ leaves the bound is lost there.
 */
import { zeros } from '@fokker/core';
import { travelWith } from './travel.js';
import { addMean, addScaled, createVelocity } from './velocity.js';

export const probabilityFlow = travelWith({
  id: 'probability-flow',
  summary: 'the deterministic flow with the same marginals, by Heun, forward or backward in time',
  direction: 'both',
  start(job, guard) {
    const { n, d } = job.start;
    const velocity = createVelocity(job, 0.5);
    const [v, w, predictor] = [zeros(n, d), zeros(n, d), zeros(n, d)];
    return async (y, { t, next }, out) => {
      const h = next - t;
      await velocity(y, t, v);
      addScaled(y, h, v, predictor);
      guard.hold(y, predictor, t);
      await velocity(predictor, next, w);
      addMean(y, h, v, w, out);
    };
  },
});
