/** The effective potential −log p_t along the flow (physics/effective-potential.ts). */
import { type Batch, defineQuantity, fail } from '@fokker/core';
import { z } from 'zod';
import { effectivePotential } from '../physics/effective-potential.js';
import { collected } from './path-start.js';

const most = 4000;

export const potentialQuantity = defineQuantity({
  id: 'potential',
  summary: 'effective potential −log p_t at simulated states, carried back along the flow to the density at the start',
  reads: 'score',
  options: z.object({
    points: z.int().min(2).max(100_000).default(400).describe('states at which it is evaluated'),
    steps: z.int().positive().default(400).describe('steps of the flow over the whole span'),
  }),
  create: ({ points, steps }) => ({
    async estimate(context) {
      const { sde, score, data, coordinates, times, streams, cutoff, n } = context;
      const { density } = data;
      if (density === undefined) {
        return fail('E_CAPABILITY', {
          summary: 'the potential along the flow starts from a density, and these data have none',
          got: 'data without a log-density',
          expected: 'data whose density is known: gaussian, gaussian-mixture, checkerboard …',
          tryThis: ['data.id: gaussian', 'fisher, stein and moments need no density'],
        });
      }
      const count = Math.min(points, n, most);
      const look = streams();
      const found: { t: number; y: Batch; U: Float64Array }[] = [];
      const pilots = await Promise.all(times.map((t) => collected(look(t), count, sde.dim)));
      for (const [k, t] of times.entries()) {
        const y = pilots[k]!;
        const part = Math.max(8, Math.round((steps * (t - cutoff)) / (sde.span.T - sde.span.t0)));
        const U = await effectivePotential({
          sde,
          score,
          points: y,
          t,
          from: cutoff,
          steps: part,
          initial: (at, _t, out) => density.logDensity(at, out),
        });
        found.push({ t, y, U });
      }
      const moments = (values: Float64Array) => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
        const half = 1.96 * Math.sqrt(variance / values.length);
        return { value: mean, low: mean - half, high: mean + half };
      };
      return {
        notes: [
          `the density at t = ${cutoff}, where the flow ends, is taken to be that of the data`,
          'E U is the entropy of p_t, in nats',
        ],
        rows: found.map(({ t, U }) => ({ t, 'E U': moments(U), 'smallest U': U.reduce((a, b) => Math.min(a, b)) })),
        arrays: {
          states: {
            data: Float64Array.from(found.flatMap(({ y }) => [...y.data])),
            shape: [times.length, count, sde.dim],
          },
          potential: { data: Float64Array.from(found.flatMap(({ U }) => [...U])), shape: [times.length, count] },
          times: { data: Float64Array.from(times), shape: [times.length] },
        },
        figures:
          sde.dim > 1
            ? []
            : [
                {
                  kind: 'lines',
                  name: 'potential',
                  title: 'Effective potential',
                  caption: '−log p_t along the probability flow, normalised.',
                  across: coordinates[0]!,
                  up: '−log p',
                  series: found.map(({ t, y, U }) => ({
                    name: `t = ${Number(t.toPrecision(3))}`,
                    points: Array.from(U, (value, i) => ({ x: y.data[i]!, y: value })).sort((a, b) => a.x - b.x),
                  })),
                },
              ],
      };
    },
  }),
});
