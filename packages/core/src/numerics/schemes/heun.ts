/**
 * Stochastic Heun (MATH §6.1):
 *
 *     ΔN = √|h| G(y, t + h/2) ξ,     ỹ = y + h v(y, t) + ΔN,     y⁺ = y + ½ h [ v(y, t) + v(ỹ, t⁺) ] + ΔN
 *
 * Strong order 1, order 2 in what is not noise; G at the midpoint gives ΔN the variance ∫Q dt of the step to O(h³). G is read at the state where the step starts (Itô): for
 * noise of the state the strong order is ½. Two evaluations a step. Without noise: Heun's method for ordinary differential equations, order 2.
 */
import { growing } from '../rows.js';
import type { Scheme } from './scheme.js';

const create: Scheme['create'] = (d) => {
  const [slopes, endSlopes, predicted, noises] = [growing(d), growing(d), growing(d), growing(d)];
  return function* ({ y, t, tNext, h, out }, noise) {
    const [v, w, ahead, kick] = [slopes(y.n), endSlopes(y.n), predicted(y.n), noises(y.n)];
    kick.data.fill(0);
    noise.add(0.5, [1], kick);
    yield { y, t, out: v };
    for (let i = 0, k = 0; i < y.n; i++) {
      for (let j = 0; j < d; j++, k++) ahead.data[k] = y.data[k]! + h[i]! * v.data[k]! + kick.data[k]!;
    }
    yield { y: ahead, t: tNext, out: w };
    for (let i = 0, k = 0; i < y.n; i++) {
      for (let j = 0; j < d; j++, k++) {
        out.data[k] = y.data[k]! + 0.5 * h[i]! * (v.data[k]! + w.data[k]!) + kick.data[k]!;
      }
    }
  };
};

export const heun: Scheme = { noise: 'any', columns: (_d, m) => m, create };
