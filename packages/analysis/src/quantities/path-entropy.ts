/** Entropy production integrated along simulated paths, with the fluctuation theorem (physics/path-production.ts). */
import { defineQuantity } from '@fokker/core';
import { z } from 'zod';
import { parityText } from '../physics/parity.js';
import { pathProduction } from '../physics/path-production.js';
import { curve } from './at-times.js';
import { parityOption } from './entropy-production.js';
import { pathsFrom } from './path-start.js';

/** The figure has fifty times, the table ten. */
const tableEvery = 5;

export const pathEntropyQuantity = defineQuantity({
  id: 'path-entropy',
  summary: 'entropy production integrated along simulated paths, and how well ⟨e^{−Σ}⟩ = 1 holds',
  reads: 'score',
  options: z.object({
    parity: parityOption,
    steps: z.int().positive().default(500).describe('steps of the paths, each with one evaluation of the score'),
  }),
  create: ({ parity, steps }) => ({
    async estimate(context) {
      const { sde, score, n, key, coordinates, times, cutoff, onStep, signal } = context;
      const to = Math.max(...times);
      const start = await pathsFrom(context, cutoff);
      const found = await pathProduction({
        sde,
        score,
        start,
        from: cutoff,
        to,
        steps,
        n,
        parity,
        key,
        onStep,
        signal,
      });
      const shown = found.times.filter((_, k) => (k + 1) % tableEvery === 0 || k + 1 === found.times.length);
      return {
        notes: [
          `parity: ${parityText(found.parity, coordinates)}`,
          `paths from t = ${cutoff} to ${to}`,
          'in a steady state with even variables ⟨e^{−Σ}⟩ = 1; it is ruled by rare paths once Σ is large',
        ],
        rows: shown.map(({ t, total, medium }) => ({
          t,
          'total E Σ': total,
          medium,
          ...(t === to && { '⟨e^{−Σ}⟩': found.fluctuation }),
        })),
        arrays: { production: { data: found.production, shape: [n] } },
        figures: [
          {
            kind: 'lines',
            name: 'path-entropy',
            title: 'Entropy produced along paths',
            caption:
              'Mean over simulated paths of the entropy produced since the start, with 95 % intervals: total, and what went into the medium.',
            across: 'time t',
            up: 'entropy produced',
            series: [
              curve('total', found.times, ({ total }) => total),
              curve('medium', found.times, ({ medium }) => medium),
            ],
          },
        ],
      };
    },
  }),
});
