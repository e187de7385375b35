/** dS/dt of the system by its three estimators: needs no parity convention (physics/entropy-production.ts). */
import { defineQuantity } from '@fokker/core';
import { z } from 'zod';
import { entropyRate } from '../physics/entropy-production.js';
import { atTimes, curve } from './at-times.js';

export const entropyRateQuantity = defineQuantity({
  id: 'entropy-rate',
  summary: 'change of the entropy of the system by three estimators, which agree for the true score',
  reads: 'score',
  options: z.object({}),
  create: () => ({
    async estimate(context) {
      const { sde, score } = context;
      const rates = await atTimes(context, async (at) => ({ t: at.t, ...(await entropyRate({ sde, score, ...at })) }));
      return {
        notes: ['dS/dt = E div u = −E u·s = E div f + ½E‖s‖²_Q: their spread exposes a wrong score'],
        rows: rates.map(({ t, divergence, current, fisher }) => ({
          t,
          'E div u': divergence,
          '−E u·s': current,
          'E div f + ½E‖s‖²': fisher,
        })),
        arrays: {},
        figures: [
          {
            kind: 'lines',
            name: 'entropy-rate',
            title: 'Entropy of the system',
            caption: 'dS/dt over time by three estimators with 95 % intervals. They agree for the true score.',
            across: 'time t',
            up: 'dS/dt',
            series: [
              curve('E div u', rates, ({ divergence }) => divergence),
              curve('−E u·s', rates, ({ current }) => current),
              curve('E div f + ½E‖s‖²', rates, ({ fisher }) => fisher),
            ],
          },
        ],
      };
    },
  }),
});
