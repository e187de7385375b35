/** Balances of the moments, by the generator and by the current (physics/moment-balance.ts). */
import { defineQuantity } from '@fokker/core';
import { z } from 'zod';
import { momentBalances } from '../physics/moment-balance.js';
import { atTimes } from './at-times.js';
import { around, sigmas } from './stein.js';

export const momentsQuantity = defineQuantity({
  id: 'moments',
  summary: 'moments with their rates by the generator (zero in a steady state) and by the current of the score',
  reads: 'score',
  options: z.object({
    degree: z.int().min(1).max(8).optional().describe('largest degree; by default up to 4, with at most 100 moments'),
  }),
  create: ({ degree }) => ({
    async estimate(context) {
      const { sde, score, coordinates } = context;
      const found = await atTimes(context, async (at) => ({
        t: at.t,
        balances: await momentBalances({ sde, score, degree, coordinates, ...at }),
      }));
      return {
        notes: [
          'E[Lφ] = d/dt E φ is zero in a steady state; E[u·∂φ] − E[Lφ] is zero for the true score; σ: in standard errors',
        ],
        rows: found.flatMap(({ t, balances }) =>
          balances.map(({ moment, value, generator, current }) => ({
            t,
            moment,
            value: around(value),
            'E[Lφ]': around(generator),
            'σ of E[Lφ]': sigmas(generator),
            ...(current !== undefined && { 'σ of the score': sigmas(current) }),
          })),
        ),
        arrays: {},
        figures: [],
      };
    },
  }),
});
