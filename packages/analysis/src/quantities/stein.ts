/** Stein's identities of a score (physics/stein.ts). */
import { defineQuantity, noiseRangeOf } from '@fokker/core';
import { z } from 'zod';
import { type Deviation, steinCheck } from '../physics/stein.js';
import { atTimes } from './at-times.js';

export const around = ({ value, standardError }: Deviation) => ({
  value,
  low: value - 1.96 * standardError,
  high: value + 1.96 * standardError,
});
/** Standard errors from zero; 0 where both are zero to rounding. */
export const sigmas = ({ value, standardError }: Deviation): number =>
  Math.abs(value) < 1e-12 ? 0 : value / standardError;

export const steinQuantity = defineQuantity({
  id: 'stein',
  summary: "Stein's identities E s = 0 and E[y sᵀ] = −I along the noise: how far a score is from that of the samples",
  reads: 'score',
  options: z.object({}),
  create: () => ({
    async estimate(context) {
      const { sde, score, coordinates } = context;
      const range = noiseRangeOf(sde);
      const name = (k: number): string =>
        range.basis === 'coordinates' ? `s_${coordinates[range.coordinates[k]!]}` : `b${k + 1}·s`;
      const found = await atTimes(context, (at) => steinCheck({ sde, score, ...at }));
      return {
        notes: ['zero for the true score; σ: the deviation in standard errors'],
        rows: found.flatMap(({ t, mean, moments }) =>
          mean.flatMap((deviation, k) => [
            { t, identity: `E ${name(k)}`, deviation: around(deviation), σ: sigmas(deviation) },
            ...moments[k]!.map((moment, j) => ({
              t,
              identity: `E[${coordinates[j]} ${name(k)}] + ${range.basis === 'coordinates' ? Number(range.coordinates[k] === j) : `b${k + 1},${j + 1}`}`,
              deviation: around(moment),
              σ: sigmas(moment),
            })),
          ]),
        ),
        arrays: {},
        figures: [],
      };
    },
  }),
});
