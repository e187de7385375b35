/**
 * Underdamped Langevin motion in a potential chosen by name or by coefficients (langevin.ts): noise and friction on the velocities alone.
 *
 *     dq = p dt,     dp = (−∇U(q) − γ p) dt + √(2γΘ) dW
 *
 * State (q_1 … q_n, p_1 … p_n). Stationary law ∝ e^{−(U + |p|²/2)/Θ} where U = Σ_j U_j(q_j) is a sum of polynomials and each confines; there s_p = −p/Θ. For other potentials use `underdampedLangevin` in a plugin.
 *
 * Units: U, Θ and p² alike, mass one; γ per unit time.
 */
import { defineSde } from '@fokker/core';
import { z } from 'zod';
import { underdampedLangevin } from './langevin.js';
import { checkPotential, forceLines, potentialOf, potentialParameters } from './named-potentials.js';
import { namesOf } from './names.js';

const parameters = z
  .object({
    ...potentialParameters,
    temperature: z.number().positive().default(1).describe('Θ, in units of U'),
    friction: z.number().positive().default(1).describe('γ, per unit time'),
    horizon: z.number().positive().default(10).describe('T'),
  })
  .superRefine(checkPotential);
const equations = {
  drift: '(p, -∇U(q) - γ p)',
  noise: '(0, √(2γΘ))',
  source: 'Pavliotis 2014, Stochastic Processes and Applications, ch. 6',
};

export const underdampedLangevinProcess = defineSde({
  id: 'underdamped-langevin',
  summary:
    'Underdamped Langevin motion in any polynomial potential, or Müller and Brown’s, noise on the velocities only',
  parameters,
  equations,
  describe(choice) {
    const momenta = namesOf('p', potentialOf(choice).dim);
    const forces = forceLines(choice, (force, j) => `${force} - γ ${momenta[j]}`);
    return {
      equations: { ...equations, ...(forces !== undefined && { drift: [...momenta, ...forces] }) },
      coordinates: [...namesOf('q', momenta.length), ...momenta],
    };
  },
  create: (choice) => underdampedLangevin({ ...choice, potential: potentialOf(choice) }),
});
