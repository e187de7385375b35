/**
 * Arms of an Archimedean spiral, blurred:  radius r = √u · scale,  angle = 2π (turns · √u + k / arms).
 * The square root spreads points evenly along the arm's area.
 */
import { defineDataset } from '@fokker/core';
import { z } from 'zod';
import { planarDataset } from './planar.js';

export const spirals = defineDataset({
  id: 'spirals',
  summary: 'interleaved spirals',
  options: z.object({
    arms: z.int().positive().default(2).describe('number of spirals'),
    turns: z.number().positive().default(1.5).describe('turns of each'),
    noise: z.number().nonnegative().default(0.05).describe('standard deviation of the blur'),
    scale: z.number().positive().default(2).describe('radius'),
  }),
  create: ({ arms, turns, noise, scale }, { dim }) =>
    planarDataset('spirals', dim, 2, (u, z, i, out) => {
      const radius = Math.sqrt(u[2 * i]!);
      const angle = 2 * Math.PI * (turns * radius + Math.floor(arms * u[2 * i + 1]!) / arms);
      out[2 * i] = scale * (radius * Math.cos(angle) + noise * z[2 * i]!);
      out[2 * i + 1] = scale * (radius * Math.sin(angle) + noise * z[2 * i + 1]!);
    }),
});
