/**
 * Overdamped Langevin motion in a potential chosen by name or by coefficients (langevin.ts).
 *
 *     dq = −∇U(q) dt + √(2Θ) dW
 *
 * Stationary law ∝ e^{−U/Θ} where U = Σ_j U_j(q_j) is a sum of polynomials and every one confines (even degree, positive leading coefficient). For other potentials use `overdampedLangevin` in a plugin.
 *
 * Units: U and Θ alike, mobility one.
 */
import { defineSde } from '@fokker/core';
import { z } from 'zod';
import { overdampedLangevin } from './langevin.js';
import { checkPotential, forceLines, potentialOf, potentialParameters } from './named-potentials.js';
import { namesOf } from './names.js';

const parameters = z
  .object({
    ...potentialParameters,
    temperature: z.number().positive().default(0.5).describe('Θ, in units of U'),
    horizon: z.number().positive().default(5).describe('T'),
  })
  .superRefine(checkPotential);

const equations = {
  drift: '-∇U(q)',
  noise: '√(2Θ)',
  source: 'Pavliotis 2014, Stochastic Processes and Applications, ch. 4',
};

export const overdampedLangevinProcess = defineSde({
  id: 'overdamped-langevin',
  summary: 'Overdamped Langevin motion in any polynomial potential, or Müller and Brown’s, by name or by coefficients',
  parameters,
  equations,
  describe: (choice) => ({
    equations: { ...equations, drift: forceLines(choice, (force) => force) ?? equations.drift },
    coordinates: namesOf('q', potentialOf(choice).dim),
  }),
  create: (choice) => overdampedLangevin({ ...choice, potential: potentialOf(choice) }),
});
