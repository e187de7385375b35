/**
 * Stochastic Heun on the reverse-time SDE, v = f − Q s, h = t⁺ − t < 0 (MATH §6.1).
 *
 *     ΔN = √|h| G(t + h/2) ξ
 *     ỹ  = y + h v(y, t) + ΔN
 *     y⁺ = y + ½ h [ v(y, t) + v(ỹ, t⁺) ] + ΔN
 *
 * Strong order 1; order 2 in what is not noise. G at the midpoint gives ΔN the variance ∫Q dt of the step to O(h³). Two score evaluations a step.
 * A path whose predictor ỹ leaves the bound is lost there: the field is never asked at infinity.
 */
import { zeros } from '@fokker/core';
import { travelWith } from './travel.js';
import { addMean, addScaled, createKick, createVelocity } from './velocity.js';

export const reverseHeun = travelWith({
  id: 'reverse-heun',
  summary: 'stochastic Heun on the reverse-time SDE: two score evaluations a step',
  direction: 'reverse',
  start(job, guard) {
    const { n, d } = job.start;
    const velocity = createVelocity(job, 1);
    const kick = createKick(job);
    const [v, w, predictor, noise] = [zeros(n, d), zeros(n, d), zeros(n, d), zeros(n, d)];
    return async (y, { index, t, next }, out) => {
      const h = next - t;
      noise.data.fill(0);
      kick(index, t + h / 2, h, noise);
      await velocity(y, t, v);
      addScaled(y, h, v, predictor);
      addScaled(predictor, 1, noise, predictor);
      guard.hold(y, predictor, t);
      await velocity(predictor, next, w);
      addMean(y, h, v, w, out);
      addScaled(out, 1, noise, out);
    };
  },
});
