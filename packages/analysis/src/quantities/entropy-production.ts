/** Entropy production, with the rates of system and medium, and a bound that needs no score (physics/entropy-production.ts, uncertainty-bound.ts). */
import { defineQuantity, type Estimate, noiseRangeOf } from '@fokker/core';
import { z } from 'zod';
import { type EntropyProduction, entropyProduction } from '../physics/entropy-production.js';
import { parityText } from '../physics/parity.js';
import { uncertaintyBound } from '../physics/uncertainty-bound.js';
import { atTimes, curve } from './at-times.js';

export const parityOption = z
  .array(z.enum(['even', 'odd']))
  .optional()
  .describe('even or odd under time reversal, a word a coordinate; required where noise is degenerate');

interface At extends EntropyProduction {
  readonly bound?: Estimate | undefined;
}

const notesOf = ({ parity, complete }: EntropyProduction, coordinates: readonly string[]): string[] => [
  `parity: ${parityText(parity, coordinates)}`,
  ...(complete
    ? []
    : [
        'the drift is irreversible where there is no noise: the whole production is infinite, and what stands here is that of the noisy coordinates',
      ]),
  'a learnt score adds ½ E‖ŝ − s‖²_Q to the total at equilibrium; the three rates of the system agree for the true score',
];

export const entropyProductionQuantity = defineQuantity({
  id: 'entropy-production',
  summary: 'entropy production rate: total, system (three estimators), medium; with a lower bound that needs no score',
  reads: 'score',
  options: z.object({ parity: parityOption }),
  create: ({ parity }) => ({
    async estimate(context) {
      const { sde, score, coordinates } = context;
      const bounded = sde.diffusion.dependsOn !== 'state' && noiseRangeOf(sde).rank === sde.dim;
      const found = await atTimes(context, async (at, again): Promise<At> => {
        const [rates, bound] = await Promise.all([
          entropyProduction({ sde, score, parity, ...at }),
          bounded ? uncertaintyBound({ sde, ...at, states: again() }) : undefined,
        ]);
        return { ...rates, bound };
      });
      return {
        notes: notesOf(found[0]!, coordinates),
        rows: found.map(({ t, total, medium, system, bound }) => ({
          t,
          total,
          ...(bound !== undefined && { 'lower bound': bound }),
          ...(medium !== undefined && { medium }),
          'system E div u': system.divergence,
          'system −E u·s': system.current,
          'system E div f + ½E‖s‖²': system.fisher,
        })),
        arrays: {},
        figures: [
          {
            kind: 'lines',
            name: 'entropy-production',
            title: 'Entropy production',
            caption:
              'Rates over time, with 95 % intervals: the total, what goes into the medium, and the change of the entropy of the system, E div u. The lower bound needs no score.',
            across: 'time t',
            up: 'rate',
            series: [
              curve('total', found, ({ total }) => total),
              curve('medium', found, ({ medium }) => medium),
              curve('system', found, ({ system }) => system.divergence),
              { ...curve('lower bound', found, ({ bound }) => bound), expected: true },
            ].filter(({ points }) => points.length > 0),
          },
        ],
      };
    },
  }),
});
