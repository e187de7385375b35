/** The residual of the score's Fokker–Planck equation, with the error of the score at the start (physics/fp-residual.ts). */
import { type Batch, defineQuantity, type Estimate, type QuantityContext } from '@fokker/core';
import { z } from 'zod';
import { relativeFisherError } from '../metrics/fisher-error.js';
import { fokkerPlanckResidual } from '../physics/fp-residual.js';
import { atTimes, curve } from './at-times.js';
import { collected } from './path-start.js';

const fewest = 1000;

/** The relative Fisher error at the cutoff, against the marginal law or, without one, the data. */
async function errorAtStart({ sde, score, data, cutoff, streams, n }: QuantityContext): Promise<Estimate | undefined> {
  const law = sde.marginal?.(data);
  const { density } = data;
  const truth =
    law?.score ??
    (density === undefined ? undefined : (y: Batch, _t: Float64Array, out: Batch) => density.score(y, out));
  if (truth === undefined) return undefined;
  const samples = await collected(streams([cutoff])(cutoff), Math.min(n, 100 * fewest), sde.dim);
  return relativeFisherError({ sde, score, samples, t: cutoff, reference: { score: truth } });
}

export const fpResidualQuantity = defineQuantity({
  id: 'fp-residual',
  summary:
    "residual of the score's Fokker–Planck equation, with the error of the score at the start, which it carries along",
  reads: 'score',
  options: z.object({
    step: z.number().positive().optional().describe('step of the differences, in standard deviations of the states'),
    wholeScore: z.boolean().default(false).describe('true for a score that is whole although noise is degenerate'),
  }),
  create: (options) => ({
    async estimate(context) {
      const { sde, score, cutoff } = context;
      const start = await errorAtStart(context);
      const found = await atTimes(context, (at) => fokkerPlanckResidual({ sde, score, ...options, ...at }));
      return {
        notes: [
          'zero residual alone holds for any initial law: read it with the error of the score at the start',
          start === undefined
            ? 'the error at the start is not known: these data have no density'
            : `relative Fisher error at t = ${cutoff}: ${(100 * start.value).toPrecision(3)} % (${(100 * start.low).toPrecision(3)} … ${(100 * start.high).toPrecision(3)} %)`,
        ],
        rows: found.map(({ t, residual }) => ({
          t,
          'residual, relative, per unit time': residual,
          ...(start !== undefined && { 'error at the start': start }),
        })),
        arrays: {},
        figures: [
          {
            kind: 'lines',
            name: 'fp-residual',
            title: 'Residual of the Fokker–Planck equation',
            caption:
              'Root mean square of the residual in units of the score, per unit time, with 95 % intervals: the rate at which its relative error grows.',
            across: 'time t',
            up: 'residual per unit time',
            series: [curve('residual', found, ({ residual }) => residual)],
          },
        ],
      };
    },
  }),
});
