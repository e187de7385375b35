/**
 * Two interleaved half circles of radius 1 around (∓½, ∓¼), blurred:
 *
 *     upper  (cos a − ½, sin a − ¼)     lower  (½ − cos a, ¼ − sin a),      a uniform on (0, π)
 */
import { defineDataset } from '@fokker/core';
import { z } from 'zod';
import { planarDataset } from './planar.js';

export const twoMoons = defineDataset({
  id: 'two-moons',
  summary: 'two interleaved half circles',
  options: z.object({
    noise: z.number().nonnegative().default(0.1).describe('standard deviation of the blur'),
    scale: z.number().positive().default(1).describe('radius of the half circles'),
  }),
  create: ({ noise, scale }, { dim }) =>
    planarDataset('two-moons', dim, 2, (u, z, i, out) => {
      const sign = u[2 * i]! < 0.5 ? 1 : -1;
      const angle = Math.PI * u[2 * i + 1]!;
      out[2 * i] = scale * (sign * (Math.cos(angle) - 0.5) + noise * z[2 * i]!);
      out[2 * i + 1] = scale * (sign * (Math.sin(angle) - 0.25) + noise * z[2 * i + 1]!);
    }),
});
