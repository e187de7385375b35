/**
 * A particle in a tilted double well, kept warm by noise.
 *
 *     dx = (x − x³ + h) dt + √(2Θ) dW
 *
 * Symbols: x position, h tilt, Θ temperature; all dimensionless, t in units of the relaxation time at the bottom of a well.
 * J = 1 − 3x². The stationary density is proportional to exp(−(x⁴/4 − x²/2 − h x)/Θ).
 */
import { pointwiseSde } from '@fokker/core';
import { z } from 'zod';

export const myProcess = pointwiseSde({
  id: 'my-process',
  summary: 'a particle in a tilted double well',
  dim: 1,
  horizon: 5,
  coordinates: ['x'],
  equations: { drift: 'x - x^3 + h', noise: '√(2 Θ)' },
  parameters: z.object({
    theta: z.number().positive().default(0.5).describe('Θ, temperature'),
    h: z.number().default(0.1).describe('h, tilt'),
  }),
  create: ({ theta, h }) => ({
    noise: Math.sqrt(2 * theta),
    drift(y, _t, dy) {
      const x = y[0]!;
      dy[0] = x - x ** 3 + h;
    },
    // Optional, like every capability: without it the Jacobian is taken by differences.
    jacobian(y, _t, J) {
      J[0] = 1 - 3 * y[0]! ** 2;
    },
  }),
});
