/** Concentric circles, each with the same number of points, blurred along the radius. */
import { defineDataset } from '@fokker/core';
import { z } from 'zod';
import { planarDataset } from './planar.js';

export const rings = defineDataset({
  id: 'rings',
  summary: 'concentric rings',
  options: z.object({
    radii: z.array(z.number().positive()).min(1).default([0.5, 1, 1.5, 2]).describe('radius of each ring'),
    noise: z.number().nonnegative().default(0.05).describe('standard deviation of the radius'),
  }),
  create: ({ radii, noise }, { dim }) =>
    planarDataset('rings', dim, 2, (u, z, i, out) => {
      const radius = radii[Math.floor(radii.length * u[2 * i]!)]! + noise * z[2 * i]!;
      const angle = 2 * Math.PI * u[2 * i + 1]!;
      out[2 * i] = radius * Math.cos(angle);
      out[2 * i + 1] = radius * Math.sin(angle);
    }),
});
