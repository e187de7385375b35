/**
 * Euler–Maruyama on the reverse-time SDE.
 *
 *     y⁺ = y + h [ f − ∇·Q − Q s ](y, t) + √|h| G(y, t) ξ,      h = t⁺ − t < 0
 *
 * Weak order 1; strong order 1 for noise that does not depend on the state, else ½. One score evaluation a step.
 */
import { eulerMaruyama } from '@fokker/core';
import { reverseBy } from './reverse.js';

export const reverseEulerMaruyama = reverseBy(
  'reverse-euler-maruyama',
  'Euler–Maruyama on the reverse-time SDE: one score evaluation a step',
  eulerMaruyama,
  'any',
);
