/** Kramers–Moyal coefficients of simulated increments beside what the process states (physics/kramers-moyal.ts). */
import { type Batch, defineQuantity } from '@fokker/core';
import { z } from 'zod';
import { kramersMoyal, type Pairs } from '../physics/kramers-moyal.js';
import { coordinateIndex, coordinateOption } from './coordinates.js';
import { around } from './stein.js';

/** Two streams of one simulation, block by block: the same paths at both times. */
async function* sideBySide(earlier: AsyncIterable<Batch>, later: AsyncIterable<Batch>): AsyncGenerator<Pairs> {
  const rest = later[Symbol.asyncIterator]();
  for await (const y of earlier) {
    const { value, done } = await rest.next();
    if (done === true) return;
    yield { y, next: value };
  }
}

export const kramersMoyalQuantity = defineQuantity({
  id: 'kramers-moyal',
  summary: 'drift and noise of short increments, cell by cell, beside what the process states',
  reads: 'process',
  options: z.object({
    coordinate: coordinateOption.default(0).describe('name or number of the coordinate'),
    cells: z.int().min(1).max(1000).default(12).describe('cells, each with about equally many states'),
    lag: z
      .number()
      .positive()
      .optional()
      .describe('h, the time of an increment; by default four steps of the simulation'),
  }),
  create: ({ coordinate, cells, lag }) => ({
    async estimate(context) {
      const { sde, coordinates, times, step, streams } = context;
      const j = coordinateIndex(coordinates, coordinate, 'coordinate');
      const name = coordinates[j]!;
      const h = lag ?? 4 * step;
      const stream = streams(times.map((t) => t + h));
      const found = await Promise.all(
        times.map(async (t) => {
          const pairs = sideBySide(stream(t), stream(t + h));
          return { t, ...(await kramersMoyal(sde, { pairs, t, h }, { coordinate: j, cells })) };
        }),
      );
      const last = found.reduce((a, b) => (b.t > a.t ? b : a));
      return {
        notes: [
          `increments over h = ${h}: both coefficients are good to O(h)`,
          ...found.flatMap(({ t, kurtosis }) =>
            kurtosis === undefined
              ? []
              : [
                  `t = ${t}: E δ⁴/(3 (E δ²)²) = ${kurtosis.value.toPrecision(4)} ± ${(1.96 * kurtosis.standardError).toPrecision(2)}, 1 for a diffusion`,
                ],
          ),
        ],
        rows: found.flatMap(({ t, cells: list }) =>
          list.map(({ at, drift, statedDrift, noise, statedNoise }) => ({
            t,
            [name]: at,
            drift: around(drift),
            'f stated': statedDrift,
            noise: around(noise),
            'Q stated': statedNoise,
          })),
        ),
        arrays: {},
        figures: [
          {
            kind: 'lines',
            name: 'kramers-moyal',
            title: `Drift of ${name} from increments`,
            caption: `Mean increment of ${name} over h = ${h}, by h, in cells of about equally many states at t = ${last.t}, with 95 % intervals. Dashed: the drift that the process states.`,
            across: name,
            up: `drift of ${name}`,
            series: [
              {
                name: 'from increments',
                points: last.cells.map(({ at, drift }) => {
                  const { value, low, high } = around(drift);
                  return { x: at, y: value, low, high };
                }),
              },
              {
                name: 'stated',
                expected: true,
                points: last.cells.map(({ at, statedDrift }) => ({ x: at, y: statedDrift })),
              },
            ],
          },
        ],
      };
    },
  }),
});
