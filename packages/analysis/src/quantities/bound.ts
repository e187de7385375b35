/** The lower bound of entropy production that needs no score (physics/uncertainty-bound.ts). */
import { defineQuantity } from '@fokker/core';
import { z } from 'zod';
import { uncertaintyBound } from '../physics/uncertainty-bound.js';
import { atTimes } from './at-times.js';

export const boundQuantity = defineQuantity({
  id: 'uncertainty-bound',
  summary: 'a lower bound of entropy production from samples alone, by the thermodynamic uncertainty relation',
  reads: 'process',
  options: z.object({}),
  create: () => ({
    async estimate(context) {
      const { sde } = context;
      const found = await atTimes(context, async (at) => ({ t: at.t, bound: await uncertaintyBound({ sde, ...at }) }));
      return {
        notes: [
          'equality where the velocity of the current is linear in the state',
          'too large by O(d²/n): near equilibrium what is left is noise',
        ],
        rows: found.map(({ t, bound }) => ({ t, 'entropy production ≥': bound })),
        arrays: {},
        figures: [],
      };
    },
  }),
});
