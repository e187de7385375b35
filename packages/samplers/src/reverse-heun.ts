/**
 * Stochastic Heun on the reverse-time SDE, v = f − ∇·Q − Q s, h = t⁺ − t < 0 (MATH §6.1).
 *
 *     ΔN = √|h| G(y, t + h/2) ξ,    ỹ = y + h v(y, t) + ΔN,    y⁺ = y + ½ h [ v(y, t) + v(ỹ, t⁺) ] + ΔN
 *
 * Strong order 1 (½ for noise of the state); order 2 in what is not noise. Two score evaluations a step. A path whose predictor ỹ leaves the bound is lost there: the field is never asked
 * at infinity.
 */
import { heun } from '@fokker/core';
import { reverseBy } from './reverse.js';

export const reverseHeun = reverseBy(
  'reverse-heun',
  'stochastic Heun on the reverse-time SDE: two score evaluations a step',
  heun,
  'any',
);
