/**
 * The double well, overdamped, at rest or shaken by a periodic force.
 *
 *     dx = (x − x³ + h(t)) dt + √(2Θ) dW,     h(t) = A cos ωt,     U = x⁴/4 − x²/2
 *
 * Wells at ±1 behind a barrier of ¼. J = 1 − 3x², ½ Q:∇²f = −6Θx, ∂f/∂t = −Aω sin ωt.
 * A = 0: stationary law ∝ e^{−U/Θ}, with E x⁴ = E x² + Θ and E s² = (3 E x² − 1)/Θ. A > 0 is the model of stochastic resonance; there is no stationary law.
 *
 * Units: x in half the distance of the wells, t in units in which the barrier's curvature is one, Θ in those of U.
 */
import { defineSde } from '@fokker/core';
import { z } from 'zod';
import { overdampedLangevin } from './langevin.js';
import { separablePotential } from './potential.js';

const parameters = z.object({
  temperature: z.number().positive().default(0.5).describe('Θ; the barrier is ¼'),
  amplitude: z.number().nonnegative().default(0).describe('A of the force A cos ωt; 0: at rest'),
  omega: z.number().positive().default(2).describe('ω, radians per unit time'),
  horizon: z.number().positive().default(5).describe('T'),
});

export const doubleWell = defineSde({
  id: 'double-well',
  summary: 'Overdamped double well, at rest or periodically forced',
  parameters,
  coordinates: ['x'],
  equations: {
    drift: 'x - x^3 + A cos(ω t)',
    noise: '√(2Θ)',
    source: 'Gammaitoni et al. 1998, Stochastic resonance, Rev. Mod. Phys. 70',
  },
  create({ temperature, amplitude, omega, horizon }) {
    const force = {
      value: (t: number) => amplitude * Math.cos(omega * t),
      slope: (t: number) => -amplitude * omega * Math.sin(omega * t),
    };
    return overdampedLangevin({
      potential: separablePotential([[0, 0, -0.5, 0, 0.25]]),
      temperature,
      horizon,
      force: amplitude === 0 ? undefined : force,
    });
  },
});
