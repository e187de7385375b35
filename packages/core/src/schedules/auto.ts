/**
 * The default rule, by what the process knows of itself:
 *
 *     an exact transition   → s = t0: its kernel is right at any lag, and the longest lag has the least noisy targets (the floor of the loss falls with the lag)
 *     anything else         → the a-posteriori lag, in the process's clock where it has one: no lag can be guessed without the scale of the drift's curvature
 *
 * A fixed lag in the clock (`clock`) is left to those who know the units of the clock: VE's runs to σ_max², where 0.05 would be no lag at all.
 */
import { z } from 'zod';
import type { ScheduleDefinition } from '../contracts/problem.js';
import { aPosteriori } from './a-posteriori.js';

const options = z.strictObject({});

export const autoSchedule: ScheduleDefinition<z.infer<typeof options>> = {
  id: 'auto',
  summary: 'the start of the process where it has an exact transition, else the a-posteriori lag',
  options,
  create() {
    const measured = aPosteriori.create(aPosteriori.options.parse({}));
    return {
      prepare: (sde, data, key) =>
        sde.transition === undefined ? measured.prepare(sde, data, key) : { rule: 'start' },
      restore(sde, json) {
        const { t0 } = sde.span;
        return sde.transition === undefined ? measured.restore(sde, json) : { start: () => t0 };
      },
    };
  },
};
