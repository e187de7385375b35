/**
 * Constant lag:  s(t) = max(t − τ, t0).
 *
 * The lag asked for is capped by the stability guard on a pilot; the prepared JSON records both and whether they differ.
 */
import { z } from 'zod';
import type { ScheduleDefinition } from '../contracts/problem.js';
import { createPilot } from '../training/pilot.js';
import { readPrepared } from '../training/read-prepared.js';
import { guardPaths, stableLag } from './guard.js';

const options = z.strictObject({
  lag: z.number().positive().default(0.2).describe('τ, in units of time'),
});

const prepared = z.object({
  rule: z.literal('constant'),
  requested: z.number().positive(),
  lag: z.number().positive(),
  capped: z.boolean(),
});

export const constantLag: ScheduleDefinition<z.infer<typeof options>> = {
  id: 'constant',
  summary: 's = t − τ, the same lag at every time',
  options,
  create: ({ lag: requested }) => ({
    prepare(sde, data, key) {
      return { rule: 'constant', requested, ...stableLag(sde, createPilot({ sde, data }, guardPaths, key), requested) };
    },
    restore(sde, json) {
      const { lag } = readPrepared(prepared, json, 'constant schedule');
      const { t0 } = sde.span;
      return { start: (t) => Math.max(t - lag, t0) };
    },
  }),
};
