/** First-passage times through a level by simulation (physics/first-passage.ts). */
import { type Dataset, defineQuantity, fail } from '@fokker/core';
import { z } from 'zod';
import { firstPassage } from '../physics/first-passage.js';
import { coordinateIndex, coordinateOption } from './coordinates.js';

const fixedStart = (start: readonly number[]): Pick<Dataset, 'draw'> => ({
  draw(_key, _first, out) {
    for (let k = 0; k < out.n * out.d; k++) out.data[k] = start[k % out.d]!;
  },
});

export const firstPassageQuantity = defineQuantity({
  id: 'first-passage',
  summary: 'distribution of the first time at which a coordinate reaches a level, by simulation',
  reads: 'process',
  options: z.object({
    coordinate: coordinateOption.default(0).describe('name or number of the coordinate'),
    level: z.number().default(0).describe('the level to be reached, from either side'),
    start: z.array(z.number()).optional().describe('where all paths begin, a number a coordinate; by default the data'),
  }),
  create: ({ coordinate, level, start }) => ({
    async estimate(context) {
      const { sde, data, coordinates, n, step, key, onStep, signal } = context;
      const j = coordinateIndex(coordinates, coordinate, 'coordinate');
      if (start !== undefined && start.length !== sde.dim) {
        fail('E_PARAMETERS', {
          summary: 'the start of the paths does not fit the process',
          got: `${start.length} numbers`,
          expected: `${sde.dim}: ${coordinates.join(', ')}`,
          tryThis: ['leave it out: paths then begin where the data are'],
        });
      }
      const { t0, T } = sde.span;
      const found = await firstPassage({
        sde,
        start: start === undefined ? data : fixedStart(start),
        coordinate: j,
        level,
        n,
        steps: Math.ceil((T - t0) / step),
        key,
        onStep,
        signal,
      });
      return {
        notes: [
          `${found.censored} of ${n} paths have not reached ${coordinates[j]} = ${level} by t = ${T}; they are in no quantile`,
        ],
        rows: [
          ...found.quantiles.map(({ share, t }) => ({ 'share of paths that arrived': share, 'by t': t })),
          { 'share of paths that arrived': 1 - found.censored / n, 'by t': T },
        ],
        arrays: {
          arrivals: {
            data: Float64Array.from([...found.arrivals].flatMap((count, k) => [t0 + (k + 1) * found.width, count])),
            shape: [found.arrivals.length, 2],
          },
          survival: {
            data: Float64Array.from(found.survival.flatMap(({ t, value, low, high }) => [t, value, low, high])),
            shape: [found.survival.length, 4],
          },
        },
        figures: [
          {
            kind: 'lines',
            name: 'first-passage',
            title: `First passage of ${coordinates[j]} through ${level}`,
            caption: 'Share of paths that have not arrived yet, with 95 % intervals.',
            across: 'time t',
            up: 'P(τ > t)',
            series: [
              {
                name: 'survival',
                points: found.survival.map(({ t, value, low, high }) => ({ x: t, y: value, low, high })),
              },
            ],
          },
        ],
      };
    },
  }),
});
