/**
 * Rößler's SRA1 on the reverse-time SDE, v = f − Q s, h = t⁺ − t < 0 (core/numerics/schemes/sra1.ts has the step).
 *
 * Strong order 1.5 for noise that does not depend on the state; other noise is refused. Two score evaluations a step, the second at three quarters of it: the score is never asked
 * at the end of a step, so the grid may end at a time where it is not defined.
 */
import { sra1 } from '@fokker/core';
import { reverseBy } from './reverse.js';

export const reverseSra1 = reverseBy(
  'reverse-sra1',
  'SRA1 on the reverse-time SDE: strong order 1.5 for additive noise, two score evaluations a step',
  sra1,
  'additive',
);
