/**
 * The default rule, by what the process knows of itself:
 *
 *     a clock of its own    → constant lag in that clock: in it the process is autonomous, one λ serves every t and nothing has to be measured
 *     anything else         → the a-posteriori lag: no lag can be guessed without a scale of the drift's curvature, so it is measured; where linearisation is exact
 *                             (autonomous affine drifts) it finds s = t0, which is ordinary denoising with the least noisy targets
 */
import { z } from 'zod';
import type { ScheduleDefinition } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { aPosteriori } from './a-posteriori.js';
import { clockLag } from './clock-lag.js';

const options = z.strictObject({});

export const autoSchedule: ScheduleDefinition<z.infer<typeof options>> = {
  id: 'auto',
  summary: 'constant lag in the process’s own clock where it has one, else the a-posteriori lag',
  options,
  create() {
    const inClock = clockLag.create(clockLag.options.parse({}));
    const measured = aPosteriori.create(aPosteriori.options.parse({}));
    const ruleOf = (sde: Sde) => (sde.timeChange === undefined ? measured : inClock);
    return {
      prepare: (sde, data, key) => ruleOf(sde).prepare(sde, data, key),
      restore: (sde, json) => ruleOf(sde).restore(sde, json),
    };
  },
};
