/** Fisher information, beside what it has to be in a steady state (physics/fisher-information.ts). */
import { defineQuantity, noiseRangeOf } from '@fokker/core';
import { z } from 'zod';
import { fisherInformation } from '../physics/fisher-information.js';
import { atTimes, curve } from './at-times.js';

export const fisherQuantity = defineQuantity({
  id: 'fisher',
  summary: 'Fisher information E‖s‖²_Q, beside −2E div f, which it equals in a steady state',
  reads: 'score',
  options: z.object({}),
  create: () => ({
    async estimate(context) {
      const { sde, score, coordinates } = context;
      const range = noiseRangeOf(sde);
      const noisy = range.basis === 'coordinates' ? range.coordinates : coordinates.map((_, j) => j);
      const found = await atTimes(context, (at) => fisherInformation({ sde, score, ...at }));
      return {
        notes: ['away from a steady state the two differ by 2 dS/dt'],
        rows: found.map(({ t, fisher, stationary, squares }) => ({
          t,
          'E‖s‖²_Q': fisher,
          '−2E div f': stationary,
          ...Object.fromEntries(noisy.map((j) => [`E s_${coordinates[j]}²`, squares[j]!])),
        })),
        arrays: {},
        figures: [
          {
            kind: 'lines',
            name: 'fisher',
            title: 'Fisher information',
            caption: 'E‖s‖²_Q over time with 95 % intervals. Dashed: −2E div f, what it is in a steady state.',
            across: 'time t',
            up: 'E‖s‖²_Q',
            series: [
              curve('E‖s‖²_Q', found, ({ fisher }) => fisher),
              { ...curve('−2E div f', found, ({ stationary }) => stationary), expected: true },
            ],
          },
        ],
      };
    },
  }),
});
