/**
 * Milstein's scheme on the reverse-time SDE, for diagonal noise that depends on the state, G_i = G_i(y_i, t) (core/numerics/schemes/milstein.ts has the step).
 *
 *     y_i⁺ = y_i + h [ f − ∇·Q − Q s ]_i + G_i √|h| ξ_i + ¼ (∇·Q)_i |h| (ξ_i² − 1),      h < 0
 *
 * Strong order 1. One score evaluation a step. For noise that does not depend on the state it is Euler–Maruyama.
 */
import { milstein } from '@fokker/core';
import { reverseBy } from './reverse.js';

export const reverseMilstein = reverseBy(
  'reverse-milstein',
  'Milstein on the reverse-time SDE: strong order 1 for diagonal noise that depends on the state',
  milstein,
  'diagonal',
);
