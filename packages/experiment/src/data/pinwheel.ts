/**
 * Gaussian blades, swirled:  b = (1 + σ_r z₁, σ_t z₂),  turned by the angle 2π k / arms + rate · e^{b₁}.
 */
import { defineDataset } from '@fokker/core';
import { z } from 'zod';
import { planarDataset } from './planar.js';

export const pinwheel = defineDataset({
  id: 'pinwheel',
  summary: 'swirled Gaussian blades',
  options: z.object({
    arms: z.int().positive().default(5).describe('number of blades'),
    radial: z.number().positive().default(0.3).describe('σ_r, spread along a blade'),
    tangential: z.number().positive().default(0.1).describe('σ_t, spread across it'),
    rate: z.number().default(0.25).describe('swirl'),
    scale: z.number().positive().default(2).describe('radius of the blades'),
  }),
  create: ({ arms, radial, tangential, rate, scale }, { dim }) =>
    planarDataset('pinwheel', dim, 1, (u, z, i, out) => {
      const along = 1 + radial * z[2 * i]!;
      const across = tangential * z[2 * i + 1]!;
      const angle = (2 * Math.PI * Math.floor(arms * u[i]!)) / arms + rate * Math.exp(along);
      out[2 * i] = scale * (along * Math.cos(angle) - across * Math.sin(angle));
      out[2 * i + 1] = scale * (along * Math.sin(angle) + across * Math.cos(angle));
    }),
});
