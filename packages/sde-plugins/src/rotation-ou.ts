/**
 * Rotation in a trap: the simplest linear process out of equilibrium.
 *
 *     dY = [[−a, −ω], [ω, −a]] Y dt + √(2Θ) dW
 *
 * Stationary law N(0, (Θ/a) I) for every ω; its probability current circles the origin and produces entropy at the rate 2ω²/a, whatever Θ.
 *
 * Units: a and ω per unit time, Θ in units of y² per time.
 */
import { defineSde } from '@fokker/core';
import { z } from 'zod';
import { isotropicNormal } from './independent-normal.js';
import { ornsteinUhlenbeck } from './ornstein-uhlenbeck.js';

const parameters = z.object({
  a: z.number().positive().default(1).describe('a, stiffness of the trap, per unit time'),
  omega: z.number().default(2).describe('ω, angular velocity, radians per unit time'),
  temperature: z.number().positive().default(0.5).describe('Θ'),
  horizon: z.number().positive().default(2).describe('T'),
});

/** Entropy production in the stationary state, nats per unit time: 2ω²/a. */
export const rotationEntropyProduction = ({ a, omega }: { readonly a: number; readonly omega: number }): number =>
  (2 * omega ** 2) / a;

export const rotationOu = defineSde({
  id: 'rotation-ou',
  summary: 'Rotation in a harmonic trap: linear, with a stationary current of known entropy production',
  parameters,
  equations: {
    drift: ['-a y1 - ω y2', 'ω y1 - a y2'],
    noise: ['√(2Θ)', '√(2Θ)'],
    source: 'Risken 1989, The Fokker–Planck Equation, §6.5',
  },
  create({ a, omega, temperature, horizon }) {
    const g = Math.sqrt(2 * temperature);
    const A = [
      [-a, -omega],
      [omega, -a],
    ];
    const G = [
      [g, 0],
      [0, g],
    ];
    return {
      ...ornsteinUhlenbeck.create({ A, G, horizon }),
      stationary: isotropicNormal(2, Math.sqrt(temperature / a)),
    };
  },
});
