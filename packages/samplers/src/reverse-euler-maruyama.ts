/**
 * Euler–Maruyama on the reverse-time SDE (Anderson 1982).
 *
 *     y⁺ = y + h [ f(y, t) − Q(t) s(y, t) ] + √|h| G(t) ξ,      h = t⁺ − t < 0
 *
 * Weak and strong order 1 (the noise does not depend on the state). One score evaluation a step.
 */
import { travelWith } from './travel.js';
import { addScaled, createKick, createVelocity } from './velocity.js';

export const reverseEulerMaruyama = travelWith({
  id: 'reverse-euler-maruyama',
  summary: 'Euler–Maruyama on the reverse-time SDE: one score evaluation a step',
  direction: 'reverse',
  start(job) {
    const velocity = createVelocity(job, 1);
    const kick = createKick(job);
    return async (y, { index, t, next }, out) => {
      const h = next - t;
      await velocity(y, t, out);
      addScaled(y, h, out, out);
      kick(index, t, h, out);
    };
  },
});
