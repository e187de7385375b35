/**
 * Checkerboard of 8 squares of side 2 on [−4, 4]², density 1/32 on them (MATH §9):
 *
 *     x₁ = 4U − 2,   x₂ = U′ − 2B + (⌊x₁⌋ mod 2),   y = 2 (x₁, x₂),    U, U′ uniform, B a fair coin
 */
import { defineDataset } from '@fokker/core';
import { z } from 'zod';
import { planarDataset } from './planar.js';

export const checkerboard = defineDataset({
  id: 'checkerboard',
  summary: 'eight squares of a checkerboard on [−4, 4]²',
  options: z.object({ scale: z.number().positive().default(1).describe('the board is [−4, 4]² times this') }),
  create: ({ scale }, { dim }) =>
    planarDataset('checkerboard', dim, 3, (u, _z, i, out) => {
      const x1 = 4 * u[3 * i]! - 2;
      const x2 = u[3 * i + 1]! - (u[3 * i + 2]! < 0.5 ? 0 : 2) + (Math.abs(Math.floor(x1)) % 2);
      out[2 * i] = 2 * scale * x1;
      out[2 * i + 1] = 2 * scale * x2;
    }),
});
